import { TokenError } from '@countersign/tokens';
import type { Call, Command, ExitCode } from '../command.ts';
import { paint } from '../paint.ts';
import { checkByKey } from './check-by-key.ts';
import { decryptLoosely } from './decrypt-loosely.ts';
import { type Finding, refused } from './finding.ts';
import { judgeEncrypted } from './judge-encrypted.ts';
import type { Expected } from './judge-header.ts';
import { judgeSigned } from './judge-signed.ts';
import { readAlgorithm } from './key-text.ts';
import { hasKeys, keyOptions, readKeys, type VerifyingKeys } from './read-keys.ts';
import { type LooseToken, readLoosely } from './read-loosely.ts';
import { readToken } from './read-token.ts';
import { writeEncryptedToken, writeToken } from './write-token.ts';
import { writeFindings } from './write-findings.ts';

export const tokenExplain: Command = {
  name: 'token explain',
  summary: 'Explain a token: what it says, why a verifier refuses it, what is weak',
  operands: ['[token]'],
  options: {
    ...keyOptions,
    issuer: { type: 'string', value: '<issuer>', help: 'The iss that a verifier would expect' },
    audience: { type: 'string', value: '<audience>', help: 'The aud that a verifier would expect' },
    typ: { type: 'string', value: '<typ>', help: 'The typ that a verifier would expect' },
    'decrypt-file': { type: 'string', value: '<file>', help: 'Key of the receiver of an encrypted token' },
  },
  details: [
    'Every reason is said with the clause that gives it, also behind the first one.',
    'Without --jwks or --secret-file the signature is not checked; revocation never is.',
    'Exit code 0: no reason to refuse was found; 1: there is one; 3: the keys cannot be used.',
    'Without a token, or for "-", reads standard input, which keeps it out of the shell’s history.',
  ],
  run: explain,
};

/** A token, what there is to say about it, and the token inside it where there is one. */
interface Explanation {
  readonly loose: LooseToken;
  readonly findings: readonly Finding[];
  readonly inside?: Explanation;
}

async function explain(call: Call): Promise<ExitCode> {
  const expected: Expected = {
    nowSeconds: call.terminal.now() / 1000,
    issuer: call.text('issuer'),
    audience: call.text('audience'),
    type: call.text('typ'),
    algorithm: readAlgorithm(call),
  };
  const token = await readToken(call);
  const keys = hasKeys(call) ? await findKeys(call) : undefined;
  const explanation = explainToken(call, readLoosely(token), { expected, keys });
  const all = listFindings(explanation);
  const isRefused = all.some(({ kind }) => kind === 'refused');
  const isVerified = !isRefused && hasChecked(explanation, expected, keys);
  if (call.isJson)
    call.terminal.print(JSON.stringify({ verified: isVerified, ...asJson(explanation) }, undefined, 2));
  else {
    for (const line of write(call, explanation)) call.terminal.print(line);
    call.terminal.print(`\n${conclude(call, all, isVerified)}`);
  }
  if (isRefused) return 1;
  return keys instanceof TokenError ? 3 : 0;
}

/** Keys that cannot be had say nothing about the token; everything else about it is said anyway. */
async function findKeys(call: Call): Promise<VerifyingKeys | TokenError> {
  try {
    return await readKeys(call);
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
}

interface Context {
  readonly expected: Expected;
  readonly keys: VerifyingKeys | TokenError | undefined;
}

function explainToken(call: Call, loose: LooseToken, context: Context): Explanation {
  if (loose.kind === 'neither') return { loose, findings: loose.faults };
  if (loose.kind === 'signed') return { loose, findings: explainSigned(loose, context) };
  const findings = judgeEncrypted(loose);
  const decrypted = decryptLoosely(call, loose);
  if (decrypted.token === undefined)
    return { loose, findings: [...findings, ...decrypted.findings.filter(isNewTo(findings))] };
  return { loose, findings, inside: explainInside(readLoosely(decrypted.token), context) };
}

/** One layer is taken off: what is inside is one signed token, as `createEncryptedJwtVerifier` has it. */
function explainInside(loose: LooseToken, context: Context): Explanation {
  if (loose.kind === 'signed') return { loose, findings: explainSigned(loose, context) };
  const says = 'what is encrypted here is one signed token, and this is none';
  return { loose, findings: [...loose.faults, refused('malformed', 'RFC 7519 §11.2', says)] };
}

function explainSigned(loose: LooseToken, { expected, keys }: Context): readonly Finding[] {
  const judged = judgeSigned(loose, expected);
  const unchecked = (says: string): Finding => ({ kind: 'unchecked', says, clause: '' });
  const missing = [
    ...(keys === undefined ? [unchecked('the signature: name the keys by --jwks or --secret-file')] : []),
    ...(keys instanceof TokenError ? [unchecked(`the signature: ${keys.message}, ${keys.code}`)] : []),
    ...(expected.issuer === undefined ? [unchecked('who made it: --issuer')] : []),
    ...(expected.audience === undefined ? [unchecked('for whom it is: --audience')] : []),
    unchecked('whether it was revoked'),
  ];
  if (keys === undefined || keys instanceof TokenError) return [...judged, ...missing];
  const found = checkByKey(loose, keys, expected);
  const byKey = found.filter((finding, at) => isNewTo([...judged, ...found.slice(0, at)])(finding));
  return [...judged, ...byKey, ...missing];
}

/** The verifier's word, where no rule has said the same more precisely. */
function isNewTo(said: readonly Finding[]): (finding: Finding) => boolean {
  return ({ code, member }) =>
    !said.some((other) => other.code === code && (member === undefined || other.member === member));
}

function listFindings({ findings, inside }: Explanation): readonly Finding[] {
  return inside === undefined ? findings : [...findings, ...listFindings(inside)];
}

/** Whether the same call of `token verify` would have accepted it. */
function hasChecked({ loose, inside }: Explanation, expected: Expected, keys: Context['keys']): boolean {
  const isSigned = loose.kind === 'signed' || inside?.loose.kind === 'signed';
  const hasExpectations = expected.issuer !== undefined && expected.audience !== undefined;
  return isSigned && hasExpectations && keys !== undefined && !(keys instanceof TokenError);
}

function asJson({ loose, findings, inside }: Explanation): object {
  const { kind, header, claims } = loose;
  return { kind, header, claims, findings, ...(inside === undefined ? {} : { inside: asJson(inside) }) };
}

function write(call: Call, { loose, findings, inside }: Explanation): string[] {
  const { kind, token, header, claims } = loose;
  const { terminal } = call;
  const shown =
    kind === 'encrypted'
      ? header && writeEncryptedToken(terminal, token, header)
      : header && writeToken(terminal, token, { header, claims: claims ?? {} });
  const lines = [...(shown === undefined ? [] : [shown]), ...writeFindings(terminal, findings)];
  if (inside === undefined) return lines;
  return [...lines, '', paint(terminal, 'bold', 'Inside'), '', ...write(call, inside)];
}

function conclude({ terminal }: Call, findings: readonly Finding[], isVerified: boolean): string {
  const reasons = findings.filter(({ kind }) => kind === 'refused').length;
  if (reasons > 0)
    return paint(
      terminal,
      ['red', 'bold'],
      `A verifier refuses this token, for ${reasons === 1 ? 'one reason' : `${reasons} reasons`}.`,
    );
  if (isVerified)
    return paint(terminal, ['green', 'bold'], 'Verified: signature, issuer, audience, type and times.');
  return paint(
    terminal,
    ['yellow', 'bold'],
    'NOTHING WAS FOUND to refuse it for, and it is NOT VERIFIED: see what was not checked.',
  );
}
