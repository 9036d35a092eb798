import { readAuth, type Auth } from './auth.ts';
import { type Refusal, refuseToken } from './challenge.ts';
import { readAuthorization } from './read-authorization.ts';
import type { CheckAccess } from './require.ts';
import type { VerifyToken, Verdict } from './verify-token.ts';

export interface Accepted {
  readonly kind: 'accepted';
  readonly auth: Auth;
}

export type Decision = Accepted | Refusal;

/**
 * Decides over one request of one route. Answers at once when the key is
 * known, with a promise only when keys must be fetched first. Never rejects
 * for what the caller sent.
 */
export type Gate = (authorization: string | null | undefined) => Decision | Promise<Decision>;

export interface GateParts {
  readonly verifyToken: VerifyToken;
  readonly checkAccess: CheckAccess;
  /** Tells the log of a refusal. Must not throw. */
  readonly report: (refusal: Refusal) => void;
}

/** The way of every request: header, signature, claims, then the rights of the route. */
export function openGate(parts: GateParts): Gate {
  return (authorization) => {
    const credential = readAuthorization(authorization);
    return credential.kind === 'refused' ? refuse(credential, parts) : decide(credential.token, parts);
  };
}

/** As a gate, for a token that does not come out of an `Authorization` field. */
export function decide(token: string, parts: GateParts): Decision | Promise<Decision> {
  const verdict = parts.verifyToken(token);
  return verdict instanceof Promise
    ? verdict.then((settled) => conclude(settled, parts))
    : conclude(verdict, parts);
}

function conclude(verdict: Verdict, parts: GateParts): Decision {
  if (verdict.kind === 'refused') return refuse(verdict, parts);
  const auth = readAuth(verdict.claims);
  if ('kind' in auth) return refuse(refuseToken(auth.reason, auth.claim), parts);
  const refusal = parts.checkAccess(auth);
  return refusal === undefined ? { kind: 'accepted', auth } : refuse(refusal, parts);
}

function refuse(refusal: Refusal, { report }: GateParts): Refusal {
  report(refusal);
  return refusal;
}
