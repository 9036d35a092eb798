import { decodeUnverified, TokenError, type VerifiedJwt } from '@countersign/tokens';
import { type Refusal, refuseForNow, refuseToken } from './challenge.ts';
import type { Look } from './issuer-keys.ts';
import { readVerified, type TrustedIssuer, type VerifiedToken } from './verified-token.ts';

export type Verdict = VerifiedToken | Refusal;

/** Synchronous unless the key that a token names is not here yet. */
export type VerifyToken = (token: string) => Verdict | Promise<Verdict>;

/** A verifier that knows the keys of one issuer only and demands its `iss`. */
export interface IssuerVerifier extends TrustedIssuer {
  readonly verify: (token: string) => VerifiedJwt;
  /** Look for keys once more; `undefined` where the keys were given and nothing can be fetched. */
  readonly look: (() => Promise<Look>) | undefined;
}

/**
 * Verify access tokens of these issuers: signature, claims and the form of what an `Auth` is read from.
 *
 * With several issuers the unverified `iss` only chooses whose verifier is asked;
 * that one holds no other issuer's keys and demands the same `iss` under the
 * signature.
 *
 * Does NOT ask whether they were revoked.
 *
 * @see RFC 8725 §3.8
 */
export function createTokenVerifier(issuers: readonly IssuerVerifier[]): VerifyToken {
  const byIssuer = new Map(issuers.map((issuer) => [issuer.issuer, issuer]));
  const [only] = issuers;
  const choose =
    only !== undefined && issuers.length === 1
      ? () => only
      : (token: string) => byIssuer.get(peekIssuer(token) ?? '');
  return (token) => {
    const issuer = choose(token);
    if (issuer === undefined) return refuseToken('issuer_unknown');
    const verdict = attempt(issuer, token);
    const isKeyMissing = verdict.kind === 'refused' && verdict.reason === 'key_unknown';
    return isKeyMissing && issuer.look !== undefined ? lookAgain(issuer, token, issuer.look) : verdict;
  };
}

async function lookAgain(issuer: IssuerVerifier, token: string, look: () => Promise<Look>): Promise<Verdict> {
  const seen = await look();
  return seen.kind === 'unavailable'
    ? refuseForNow(seen.retryAfterSeconds, seen.fault)
    : attempt(issuer, token);
}

function attempt(issuer: IssuerVerifier, token: string): Verdict {
  let jwt: VerifiedJwt;
  try {
    jwt = issuer.verify(token);
  } catch (error) {
    if (error instanceof TokenError) return refuseToken(error.code, error.claim);
    throw error;
  }
  const verified = readVerified(jwt, issuer);
  return verified.kind === 'claim_fault' ? refuseToken(verified.reason, verified.claim) : verified;
}

function peekIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeUnverified(token).claims;
    return typeof iss === 'string' ? iss : undefined;
  } catch (error) {
    if (error instanceof TokenError) return undefined;
    throw error;
  }
}
