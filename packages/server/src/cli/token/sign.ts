import { decodeUnverified, encodeBase64url, type JsonObject, signJwt, TokenError } from '@countersign/tokens';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { paint } from '../paint.ts';
import { judgeSigned } from './judge-signed.ts';
import { readKeyText } from './key-text.ts';
import { readLoosely } from './read-loosely.ts';
import { findKeyText, readSigningKey } from './read-signing-key.ts';
import { writeFinding } from './write-findings.ts';

export const tokenSign: Command = {
  name: 'token sign',
  summary: 'Sign claims as a token, for tests and for repairs',
  options: {
    'claims-file': { type: 'string', value: '<file>', help: 'Claims as a JSON object; standard input' },
    'key-file': { type: 'string', value: '<file>', help: 'Private JWK, PEM block or secret' },
    'key-env': {
      type: 'string',
      value: '<name>',
      help: 'Environment variable with the key, instead of a file',
    },
    'secret-encoding': {
      type: 'string',
      value: '<base64url|text>',
      help: 'How a secret is written: base64url',
    },
    alg: { type: 'string', value: '<algorithm>', help: 'Needed where the key does not say or decide it' },
    kid: { type: 'string', value: '<key id>', help: 'Key id to write, where the key has none' },
    typ: { type: 'string', value: '<typ>', help: 'The typ to write: at+jwt' },
    'expires-in': { type: 'string', value: '<time>', help: 'Seconds, or 30s, 5m, 2h, 1d: 5m' },
  },
  details: [
    'iat and exp are set. The key is never an argument, where every user of the machine can read it.',
    'Prints the token alone; what is weak about it is said on standard error.',
    'Exit code 1: the key is refused.',
  ],
  run: sign,
};

async function sign(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const expiresInSeconds = readSeconds(call.text('expires-in') ?? '5m');
  const keyText = findKeyText(call);
  const claims = readClaims(await readClaimsText(call));
  let token: string;
  try {
    token = signClaims(claims, {
      key: readSigningKey(call, keyText),
      type: call.text('typ') ?? 'at+jwt',
      expiresInSeconds,
      now: terminal.now,
    });
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (call.isJson) terminal.print(JSON.stringify({ error: error.code }));
    const why = error.message.replace('options.algorithm', '--alg');
    terminal.warn(`${paint(terminal, ['red', 'bold'], 'Not signed')}: ${why}, ${error.code}`);
    return 1;
  }
  const loose = readLoosely(token);
  const findings = judgeSigned(loose, { nowSeconds: terminal.now() / 1000 }).filter(
    ({ kind }) => kind !== 'unchecked',
  );
  terminal.print(
    call.isJson
      ? JSON.stringify({ token, header: loose.header, claims: loose.claims, findings }, undefined, 2)
      : token,
  );
  for (const finding of call.isJson ? [] : findings) terminal.warn(writeFinding(terminal, finding));
  return 0;
}

/** A mistake in the claims or options is one of whoever typed them. */
function signClaims(claims: JsonObject, options: Parameters<typeof signJwt>[1]): string {
  try {
    return signJwt(claims, options);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(error.message.replace(/^signJwt: /, '').replace('expiresInSeconds', '--expires-in'));
  }
}

async function readClaimsText(call: Call): Promise<string> {
  const file = call.text('claims-file');
  if (file !== undefined && file !== '-') return readKeyText(call, file);
  if (call.terminal.isInteractive) call.terminal.warn('Type the claims as a JSON object, then press Ctrl-D:');
  return call.terminal.readInput();
}

/** Read as a verifier will: a member that is there twice is refused here already. */
function readClaims(text: string): JsonObject {
  const payload = encodeBase64url(Buffer.from(text.trim()));
  try {
    return decodeUnverified(`e30.${payload}.`).claims;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    throw new UsageError(`the claims are not a strict JSON object: ${error.message}`);
  }
}

const secondsByUnit: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function readSeconds(text: string): number {
  const [, digits = '', unit = 's'] = /^([1-9][0-9]{0,9})([smhd])?$/.exec(text) ?? [];
  if (digits === '') throw new UsageError('--expires-in is a number of seconds, or 30s, 5m, 2h, 1d');
  return Number(digits) * (secondsByUnit[unit] ?? 1);
}
