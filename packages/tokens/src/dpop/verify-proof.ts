import { hash, timingSafeEqual } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import { defaultMaxTokenBytes, readCompact } from '../compact.ts';
import { type Key, materialOf } from '../jwk/key.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import type { DpopNonces } from './nonce.ts';
import { hashAccessToken } from './proof.ts';
import { type ProofClaims, readProofClaims } from './proof-claims.ts';
import { readProofKey, rememberProofKey } from './proof-header.ts';
import type { ReplaySet } from './replay-set.ts';
import { normalizeTarget } from './target-url.ts';

export interface VerifyDpopProofOptions {
  /** The request's method, compared character by character. */
  readonly method: string;
  /** The request's absolute URL as the client knows it, built on a configured origin and not on the `Host` header. */
  readonly url: string;
  /** Allowed names, none of them for secrets. */
  readonly algorithms: readonly AlgorithmName[];
  /** Where used proofs are remembered; `'checked-elsewhere'` leaves `proofId` to the caller. */
  readonly replays: ReplaySet | 'checked-elsewhere';
  /** The access token of the request; needs `jkt`. Without it, a proof made for one is refused. */
  readonly accessToken?: string;
  /** Thumbprint of the key to which the access or refresh token is bound. */
  readonly jkt?: string;
  /** Demand a nonce; its period then takes the place of `iat` and the client's clock does not matter. */
  readonly nonces?: DpopNonces;
  /** How old `iat` may be; 1 to 600, default 60. */
  readonly maxAgeSeconds?: number;
  /** How far ahead `iat` may be; 0 to 60, default 5. */
  readonly clockToleranceSeconds?: number;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
}

export interface VerifiedDpopProof {
  /** The client's public key. */
  readonly key: Key;
  /** RFC 7638 thumbprint of it: what `cnf.jkt` of a token bound to it says. */
  readonly jkt: string;
  /** The same for the same `jti` and key; to be remembered until `expiresAtMs`. */
  readonly proofId: string;
  readonly expiresAtMs: number;
}

const optionNames: ReadonlySet<string> = new Set([
  'method',
  'url',
  'algorithms',
  'replays',
  'accessToken',
  'jkt',
  'nonces',
  'maxAgeSeconds',
  'clockToleranceSeconds',
  'now',
]);
const proofType = 'dpop+jwt';
const defaultMaxAgeSeconds = 60;
const defaultToleranceSeconds = 5;

/**
 * Verify the value of a `DPoP` header against the request that it came with.
 *
 * Order: size, form, header, key, signature, claims, method, URL, access token, key
 * binding, time or nonce, and last the replay set, so that only good proofs fill it.
 * Does NOT check the access token itself, nor that there was one `DPoP` header only.
 *
 * @param proof  the header's value, at most 16 384 characters
 * @throws TokenError `proof_mismatch` with `claim` `htm`, `htu`, `ath` or `cnf`, `proof_replayed`, `replay_set_full`,
 *   `nonce_invalid` (answer `use_dpop_nonce` and a new nonce), `expired` and `not_yet_valid` for `iat`, and the
 *   codes of form, key and signature; TypeError for unusable options
 * @see RFC 9449 §4.3, §7.1 and §11.1
 */
export function verifyDpopProof(proof: string, options: VerifyDpopProofOptions): VerifiedDpopProof {
  checkOptions(options);
  const { headerSegment, payload, signature, signingInput } = readCompact(proof, defaultMaxTokenBytes);
  const policy = { allowed: new Set(options.algorithms), type: proofType };
  const proofKey = readProofKey(headerSegment, policy);
  const { key, jkt } = proofKey;
  if (!materialOf(key).verify(signingInput, signature)) throw new TokenError('signature_invalid');
  rememberProofKey(headerSegment, proofKey);
  const claims = readProofClaims(payload);
  checkRequest(claims, options);
  if (options.jkt !== undefined && !isSame(jkt, options.jkt)) throw mismatch('cnf');
  const nowMs = (options.now ?? Date.now)();
  const expiresAtMs = readExpiryMs(claims, options, nowMs);
  const proofId = hash('sha256', `${jkt}.${claims.jti}`, 'base64url');
  const { replays } = options;
  if (replays !== 'checked-elsewhere' && !replays.remember(proofId, expiresAtMs, nowMs)) {
    throw new TokenError('proof_replayed', { claim: 'jti' });
  }
  return { key, jkt, proofId, expiresAtMs };
}

/** RFC 9449 §4.3 points 8, 9 and 12, and §7: a proof for a token is not usable without it, nor the other way round. */
function checkRequest(claims: ProofClaims, { method, url, accessToken }: VerifyDpopProofOptions): void {
  if (claims.htm !== method) throw mismatch('htm');
  const target = normalizeTarget(url);
  if (target === undefined || normalizeTarget(claims.htu) !== target) throw mismatch('htu');
  const wanted = accessToken === undefined ? undefined : hashAccessToken(accessToken);
  if (wanted === undefined ? claims.ath !== undefined : !isSame(claims.ath ?? '', wanted)) {
    throw mismatch('ath');
  }
}

/**
 * RFC 9449 §4.3 points 10 and 11: the time of a proof is that of its nonce or of its `iat`.
 * Comparisons are written so that a clock that says NaN refuses.
 */
function readExpiryMs({ iat, nonce }: ProofClaims, options: VerifyDpopProofOptions, nowMs: number): number {
  if (options.nonces !== undefined) {
    const expiryMs = nonce === undefined ? undefined : options.nonces.findExpiryMs(nonce);
    if (expiryMs === undefined || !(nowMs < expiryMs)) {
      throw new TokenError('nonce_invalid', { claim: 'nonce' });
    }
    return expiryMs;
  }
  const expiryMs = (iat + (options.maxAgeSeconds ?? defaultMaxAgeSeconds)) * 1000;
  const toleranceMs = (options.clockToleranceSeconds ?? defaultToleranceSeconds) * 1000;
  if (!(nowMs < expiryMs)) throw new TokenError('expired', { claim: 'iat', message: 'the proof is too old' });
  if (!(iat * 1000 <= nowMs + toleranceMs)) throw new TokenError('not_yet_valid', { claim: 'iat' });
  return expiryMs;
}

function checkOptions(options: VerifyDpopProofOptions): void {
  checkKnownOptions(options, optionNames, 'verifyDpopProof');
  const names: unknown = options.algorithms;
  if (
    !Array.isArray(names) ||
    names.length === 0 ||
    !names.every((name) => isAlgorithmName(name) && !algorithms[name].isSymmetric)
  ) {
    throw new TypeError('verifyDpopProof: algorithms must be a non-empty list of asymmetric ones');
  }
  const { method, url, replays, accessToken, jkt } = options;
  if (typeof method !== 'string' || typeof url !== 'string') {
    throw new TypeError('verifyDpopProof: method and url must be strings');
  }
  if (replays !== 'checked-elsewhere' && typeof replays?.remember !== 'function') {
    throw new TypeError("verifyDpopProof: replays must be a replay set or 'checked-elsewhere'");
  }
  if (accessToken !== undefined && (typeof accessToken !== 'string' || jkt === undefined)) {
    throw new TypeError('verifyDpopProof: accessToken is text and comes with the jkt it is bound to');
  }
  if (jkt !== undefined && typeof jkt !== 'string') throw new TypeError('verifyDpopProof: jkt must be text');
  checkRange(options.maxAgeSeconds ?? defaultMaxAgeSeconds, { name: 'maxAgeSeconds', from: 1, to: 600 });
  const tolerance = options.clockToleranceSeconds ?? defaultToleranceSeconds;
  checkRange(tolerance, { name: 'clockToleranceSeconds', from: 0, to: 60 });
}

function checkRange(
  seconds: number,
  { name, from, to }: { readonly name: string; readonly from: number; readonly to: number },
): void {
  if (typeof seconds !== 'number' || !(seconds >= from && seconds <= to)) {
    throw new TypeError(`verifyDpopProof: ${name} must be a number from ${from} to ${to}`);
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function mismatch(claim: string): TokenError {
  return new TokenError('proof_mismatch', { claim });
}
