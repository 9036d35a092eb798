import { createJwtVerifier, TokenError, verifyJws } from '@countersign/tokens';
import { clauseOf, type Finding } from './finding.ts';
import type { Expected } from './judge-header.ts';
import { own } from './judge-members.ts';
import type { VerifyingKeys } from './read-keys.ts';
import type { LooseToken } from './read-loosely.ts';

/**
 * What the library's own verifier says: of the signature alone, and of everything that is expected.
 * It stops at its first reason, which is why the rules beside it exist; its word is always among theirs.
 */
export function checkByKey(
  loose: LooseToken,
  { keys, algorithms }: VerifyingKeys,
  expected: Expected,
): Finding[] {
  const { token, claims, header } = loose;
  const issuer = expected.issuer ?? textOf(claims === undefined ? undefined : own(claims, 'iss'));
  const audience = expected.audience ?? firstOf(claims === undefined ? undefined : own(claims, 'aud'));
  const type = expected.type ?? textOf(header === undefined ? undefined : own(header, 'typ'));
  const now = (): number => expected.nowSeconds * 1000;
  return [
    ...refusalOf(() => verifyJws(token, { keys, algorithms })),
    ...refusalOf(() =>
      createJwtVerifier({ keys, algorithms, issuer, audience, type: mediaType(type), now })(token),
    ),
  ];
}

/** Stands for what the token does not say and nobody expects: no token has it. */
const nothing = 'urn:countersign:nothing';

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : nothing;
}

function firstOf(aud: unknown): string {
  const list: unknown = Array.isArray(aud) ? aud : [aud];
  return Array.isArray(list) ? textOf(list.find((name) => typeof name === 'string')) : nothing;
}

function mediaType(type: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*)?$/.test(type) &&
    type.length < 128
    ? type
    : 'no-type';
}

function refusalOf(check: () => unknown): Finding[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const finding: Finding = {
      kind: 'refused',
      code: error.code,
      says: error.message,
      clause: clauseOf[error.code] ?? '',
    };
    return [error.claim === undefined ? finding : { ...finding, member: error.claim }];
  }
}
