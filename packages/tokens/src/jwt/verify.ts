import type { Key } from '../jwk/key.ts';
import type { KeySet } from '../jwks/local.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { createCompactVerifier } from '../jws/compact-verifier.ts';
import type { JwsHeader } from '../jws/header.ts';
import { checkMediaType } from '../jws/media-type.ts';
import { checkKnownOptions } from '../known-options.ts';
import { parseStrictObject } from '../strict-json.ts';
import { checkClaims, type JwtClaims } from './claims.ts';

export interface JwtVerifierOptions {
  readonly keys: Key | KeySet;
  /** Compared character by character with `iss`. */
  readonly issuer: string | readonly string[];
  /** One of these must be among the token's `aud`, character by character. */
  readonly audience: string | readonly string[];
  /** Allowed names; secrets and key pairs do not mix. */
  readonly algorithms: readonly AlgorithmName[];
  /** Required `typ`, e.g. `at+jwt`. */
  readonly type: string;
  /** Applied to `exp`, `nbf` and `iat`; 0 to 60, default 2. */
  readonly clockToleranceSeconds?: number;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
  /** Default 16 384. */
  readonly maxTokenBytes?: number;
}

export type JwtHeader = JwsHeader;

export interface VerifiedJwt {
  /** Frozen: shared by all tokens with the same header. */
  readonly header: JwtHeader;
  /** Own data only; read claims the token may lack with care for inherited names. */
  readonly claims: JwtClaims;
}

const optionNames: ReadonlySet<string> = new Set([
  'keys',
  'issuer',
  'audience',
  'algorithms',
  'type',
  'clockToleranceSeconds',
  'now',
  'maxTokenBytes',
]);
const defaultToleranceSeconds = 2;
const maxToleranceSeconds = 60;

/**
 * Make a function that verifies tokens of one kind from one set of issuers.
 *
 * Order: size, compact form, header, algorithm, type, key, signature, and only
 * then the payload: strict JSON, times, issuer, audience, form of `sub` and `jti`.
 * Does NOT check revocation, scopes, or that a key belongs to one issuer of several:
 * give each issuer a verifier with its own keys.
 *
 * The returned function throws TokenError; see `tokenErrors` for the codes.
 * Over a remote key set, `key_unknown` means: await `keySet.refresh()` and try once more.
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 * @see RFC 7519 §7.2, RFC 8725bis §3
 */
export function createJwtVerifier(options: JwtVerifierOptions): (token: string) => VerifiedJwt {
  checkKnownOptions(options, optionNames, 'createJwtVerifier');
  const isIssuer = readNames(options.issuer, 'issuer');
  const isAudience = readNames(options.audience, 'audience');
  const toleranceSeconds = readTolerance(options.clockToleranceSeconds);
  const now = options.now ?? Date.now;
  if (typeof now !== 'function') throw new TypeError('createJwtVerifier: now must be a function');
  checkMediaType(options.type, 'createJwtVerifier');
  const verifyCompact = createCompactVerifier(options, 'createJwtVerifier');
  return (token) => {
    const { header, payload } = verifyCompact(token);
    const claims = parseStrictObject(payload, 'claims_invalid');
    checkClaims(claims, { isIssuer, isAudience, toleranceSeconds, nowSeconds: now() / 1000 });
    return { header, claims };
  };
}

/** Whether a name is one of these, character by character. */
function readNames(value: unknown, option: string): (name: string) => boolean {
  const names: unknown = typeof value === 'string' ? [value] : value;
  if (
    !Array.isArray(names) ||
    names.length === 0 ||
    !names.every((name) => typeof name === 'string' && name !== '')
  ) {
    throw new TypeError(`createJwtVerifier: ${option} must be a non-empty string or a list of them`);
  }
  const wanted = new Set<string>(names);
  const [only] = wanted;
  return wanted.size === 1 ? (name) => name === only : (name) => wanted.has(name);
}

function readTolerance(value: number | undefined): number {
  const seconds = value ?? defaultToleranceSeconds;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= maxToleranceSeconds)) {
    throw new TypeError('createJwtVerifier: clockToleranceSeconds must be a number from 0 to 60');
  }
  return seconds;
}
