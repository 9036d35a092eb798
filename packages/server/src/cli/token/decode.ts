import { decodeUnverified, TokenError, type UnverifiedJwt } from '@countersign/tokens';
import type { Call, Command, ExitCode } from '../command.ts';
import { paint } from '../paint.ts';
import { readLoosely } from './read-loosely.ts';
import { readToken } from './read-token.ts';
import { writeToken } from './write-token.ts';

const warning =
  'NOTHING WAS VERIFIED: anyone can write a token that says this. Use: countersign token verify';

export const tokenDecode: Command = {
  name: 'token decode',
  summary: 'Show what a token says; verifies nothing',
  operands: ['[token]'],
  details: ['Without a token, or for "-", reads standard input, which keeps it out of the shell’s history.'],
  run: decode,
};

async function decode(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const token = await readToken(call);
  const decoded = read(token);
  if (decoded instanceof TokenError) {
    const { kind, faults } = readLoosely(token);
    const why =
      kind === 'encrypted'
        ? 'it has five parts: an encrypted token (JWE), readable only with its key; see: countersign token explain'
        : (faults[0]?.says ?? decoded.message);
    if (call.isJson) terminal.print(JSON.stringify({ verified: false, error: decoded.code }));
    terminal.warn(`countersign: this cannot be read as a token: ${why}`);
    return 1;
  }
  const { header, claims } = decoded;
  if (call.isJson) {
    terminal.print(JSON.stringify({ verified: false, header, claims }, undefined, 2));
  } else {
    terminal.print(`${writeToken(terminal, token, { header, claims })}\n`);
    terminal.print(paint(terminal, ['yellow', 'bold'], warning));
  }
  return 0;
}

function read(token: string): UnverifiedJwt | TokenError {
  try {
    return decodeUnverified(token);
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
}
