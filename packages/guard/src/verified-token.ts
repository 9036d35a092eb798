import {
  type AlgorithmName,
  type Key,
  type KeyQuery,
  type KeySet,
  thumbprint,
  type VerifiedJwt,
} from '@countersign/tokens';
import type { RevocationView, TokenNames } from '@countersign/revocation';
import { type AccessClaims, type Auth, type ClaimFault, readAuth } from './auth.ts';

/** One issuer: whose keys count for its tokens, and what is known of its revocations. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly keys: KeySet;
  readonly algorithms: readonly AlgorithmName[];
  /** `undefined` where revocations are not followed. */
  readonly view: RevocationView | undefined;
  /** Why too little is known of its revocations, where anything is wrong. */
  readonly fault: () => string | undefined;
}

export interface Accepted {
  readonly kind: 'accepted';
  readonly auth: Auth;
}

/**
 * An access token whose signature and claims held when it was verified, with
 * all that is needed to say later what verifying it again would say.
 */
export interface VerifiedToken {
  readonly kind: 'verified';
  /** The finished decision: every request with this token is given the same one. */
  readonly accepted: Accepted;
  readonly issuer: TrustedIssuer;
  readonly names: TokenNames;
  /** As in `names`: who has ten thousand tokens reads as few objects of each as can be. */
  readonly iatSeconds: number;
  readonly expSeconds: number;
  /** The later of `nbf` and `iat`: before it the token is not valid yet. */
  readonly startSeconds: number;
  readonly lifeSeconds: number;
  readonly keyQuery: KeyQuery | undefined;
  /** That of the signature, as the key set last handed it out. */
  key: Key | undefined;
  readonly keysVersion: number;
  /** `changes` of the issuer's view when no event denied the token; −1 before it was asked. */
  liveAtChanges: number;
}

/**
 * Read what a verified token says.
 *
 * Where revocations are followed the token must say when it was issued, in
 * events: `rvs`, a whole number. Does NOT ask whether it is revoked.
 *
 * @returns the first claim that is missing or of the wrong type, if there is one
 */
export function readVerified(
  { header, claims }: VerifiedJwt,
  issuer: TrustedIssuer,
): VerifiedToken | ClaimFault {
  const auth = readAuth(claims);
  if ('kind' in auth) return auth;
  const fault = issuer.view === undefined ? undefined : findFeedFault(claims);
  if (fault !== undefined) return fault;
  const algorithm = issuer.algorithms.find((name) => name === header.alg);
  const { keyQuery, key } =
    algorithm === undefined ? noKey : findKey({ algorithm, keyId: header.kid }, issuer);
  const iatSeconds = readNumber(claims, 'iat');
  const expSeconds = claims.exp;
  const verified: VerifiedToken = {
    kind: 'verified',
    accepted: Object.freeze({ kind: 'accepted', auth }),
    issuer,
    names: {
      jti: readText(claims, 'jti') ?? '',
      sid: auth.sessionId,
      sub: auth.subject,
      clientId: auth.clientId,
      tid: readText(claims, 'tid'),
      kid: header.kid,
      rvs: readNumber(claims, 'rvs'),
      iatSeconds,
      expSeconds,
    },
    iatSeconds,
    expSeconds,
    startSeconds: Math.max(iatSeconds, Object.hasOwn(claims, 'nbf') ? readNumber(claims, 'nbf') : 0),
    lifeSeconds: expSeconds - iatSeconds,
    keyQuery,
    key,
    keysVersion: issuer.keys.version,
    liveAtChanges: -1,
  };
  byAuth.set(auth, verified);
  return verified;
}

interface FoundKey {
  readonly keyQuery: KeyQuery | undefined;
  readonly key: Key | undefined;
}

const noKey: FoundKey = { keyQuery: undefined, key: undefined };
const queries = new WeakMap<Key, KeyQuery>();

/** All tokens of a key share one query, which is then in the processor's cache when a token is not. */
function findKey(asked: KeyQuery, { keys }: TrustedIssuer): FoundKey {
  const key = keys.find(asked);
  if (key === undefined) return { keyQuery: asked, key };
  const known = queries.get(key);
  if (known?.algorithm === asked.algorithm && known.keyId === asked.keyId) return { keyQuery: known, key };
  queries.set(key, asked);
  return { keyQuery: asked, key };
}

const byAuth = new WeakMap<Auth, VerifiedToken>();

/** The token that an `auth` was read from; `undefined` for a copy. */
export function findVerified(auth: Auth): VerifiedToken | undefined {
  return byAuth.get(auth);
}

/**
 * Whether verifying the token again would accept it: its times hold and the key
 * set still answers with the key that its signature was checked with. Where the
 * set has changed it is not looked for: verifying again finds out.
 *
 * Asking the key set has it renewed when it is old, as verifying would.
 */
export function stillHolds(token: VerifiedToken, nowMs: number, toleranceSeconds: number): boolean {
  if (!isInTime(token, nowMs, toleranceSeconds)) return false;
  const { keyQuery, key } = token;
  const { keys } = token.issuer;
  if (keyQuery === undefined || key === undefined || keys.version !== token.keysVersion) return false;
  return keys.find(keyQuery) === key;
}

/** The comparisons are those of `createJwtVerifier`, a clock that says NaN included. */
export function isInTime(token: VerifiedToken, nowMs: number, toleranceSeconds: number): boolean {
  const nowSeconds = nowMs / 1000;
  return (
    nowSeconds - toleranceSeconds < token.expSeconds && token.startSeconds <= nowSeconds + toleranceSeconds
  );
}

/**
 * Whether the key of its signature still counts, for who has no token to verify
 * again. A set that is published anew holds the same keys as other objects.
 */
export function isKeyPublished(token: VerifiedToken): boolean {
  const { keyQuery, key } = token;
  if (keyQuery === undefined || key === undefined) return false;
  const found = token.issuer.keys.find(keyQuery);
  if (found === key) return true;
  if (found === undefined || found.kind === 'secret' || thumbprint(found) !== thumbprint(key)) return false;
  token.key = found;
  return true;
}

function findFeedFault(claims: AccessClaims): ClaimFault | undefined {
  if (!Object.hasOwn(claims, 'rvs')) return { kind: 'claim_fault', reason: 'claim_missing', claim: 'rvs' };
  const { rvs } = claims;
  if (typeof rvs !== 'number' || !Number.isSafeInteger(rvs) || rvs < 0) return invalid('rvs');
  return Object.hasOwn(claims, 'tid') && readText(claims, 'tid') === undefined ? invalid('tid') : undefined;
}

function invalid(claim: string): ClaimFault {
  return { kind: 'claim_fault', reason: 'claim_invalid', claim };
}

function readText(claims: AccessClaims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readNumber(claims: AccessClaims, name: string): number {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return typeof value === 'number' ? value : 0;
}
