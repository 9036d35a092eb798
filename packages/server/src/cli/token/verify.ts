import { createJwtVerifier, TokenError, type VerifiedJwt } from '@countersign/tokens';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { paint } from '../paint.ts';
import { keyOptions, readKeys } from './read-keys.ts';
import { readToken } from './read-token.ts';
import { writeToken } from './write-token.ts';

export const tokenVerify: Command = {
  name: 'token verify',
  summary: 'Verify a token: signature, issuer, audience, type and times',
  operands: ['[token]'],
  options: {
    ...keyOptions,
    issuer: { type: 'string', value: '<issuer>', help: 'The iss that the token must have' },
    audience: { type: 'string', value: '<audience>', help: 'The aud that the token must have; the issuer' },
    typ: { type: 'string', value: '<typ>', help: 'The typ that the token must have: at+jwt' },
  },
  details: [
    'Exit code 1: not valid; 3: not checked, as the keys could not be fetched.',
    'Does not check revocation; token explain says all reasons. Without a token, or for "-", reads standard input.',
  ],
  run: verify,
};

async function verify(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const issuer = call.text('issuer');
  if (issuer === undefined)
    throw new UsageError('--issuer is missing: a token is only valid for an issuer that you expect');
  const expected = { issuer, audience: call.text('audience') ?? issuer, type: call.text('typ') ?? 'at+jwt' };
  const token = await readToken(call);
  let verified: VerifiedJwt;
  try {
    const { keys, algorithms } = await readKeys(call);
    verified = createJwtVerifier({ keys, algorithms, ...expected, now: terminal.now })(token);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return error.code === 'key_set_unavailable' ? reportUnchecked(call, error) : reportInvalid(call, error);
  }
  const { header, claims } = verified;
  if (call.isJson) {
    terminal.print(JSON.stringify({ verified: true, header, claims }, undefined, 2));
    return 0;
  }
  terminal.print(`${writeToken(terminal, token, { header: { ...header }, claims })}\n`);
  terminal.print(
    paint(terminal, ['green', 'bold'], 'Verified: signature, issuer, audience, type and times.'),
  );
  terminal.print('Not checked: whether it was revoked.');
  return 0;
}

/** Without keys nothing is known about the token, good or bad. */
function reportUnchecked(call: Call, error: TokenError): ExitCode {
  if (call.isJson)
    call.terminal.print(JSON.stringify({ verified: false, checked: false, error: error.code }));
  else {
    const label = paint(call.terminal, ['yellow', 'bold'], 'Not checked');
    call.terminal.warn(`${label}: ${call.text('jwks')}: ${error.message}, ${error.code}`);
  }
  return 3;
}

function reportInvalid(call: Call, error: TokenError): ExitCode {
  const claim = error.claim === undefined ? '' : ` (${error.claim})`;
  if (call.isJson)
    call.terminal.print(JSON.stringify({ verified: false, error: error.code, claim: error.claim }));
  else
    call.terminal.warn(
      `${paint(call.terminal, ['red', 'bold'], 'Not valid')}: ${error.message}${claim}, ${error.code}`,
    );
  return 1;
}
