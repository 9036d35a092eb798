import type { Key } from '../jwk/key.ts';
import { signCompact } from '../jws/sign.ts';
import { checkKnownOptions } from '../known-options.ts';
import { isNumericDate } from './claims.ts';

export interface SignJwtOptions {
  /** A private key or a secret. */
  readonly key: Key;
  /** Written as `typ`, e.g. `at+jwt`. */
  readonly type: string;
  /** A positive integer: `exp` is `iat` plus this. */
  readonly expiresInSeconds: number;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
}

const optionNames: ReadonlySet<string> = new Set(['key', 'type', 'expiresInSeconds', 'now']);

/**
 * Sign claims as a compact JWT with header `{alg, typ, kid?}`.
 *
 * Sets `iat` to the clock's whole second, unless the claims bring one, and
 * `exp` from it. Members that are undefined are left out.
 * Does NOT check that the claims suffice for a verifier (`iss`, `aud`).
 *
 * @throws TypeError for claims or options that would make an unusable token; TokenError `key_required`, `key_invalid`
 * @see RFC 7519 §7.1
 */
export function signJwt(claims: object, options: SignJwtOptions): string {
  checkKnownOptions(options, optionNames, 'signJwt');
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new TypeError('signJwt: claims must be an object');
  }
  const { key, type, expiresInSeconds, now = Date.now } = options;
  if (!Number.isSafeInteger(expiresInSeconds) || expiresInSeconds < 1) {
    throw new TypeError('signJwt: expiresInSeconds must be a positive integer');
  }
  if (typeof type !== 'string') throw new TypeError('signJwt: type must be a media type such as "at+jwt"');
  if ('exp' in claims && claims.exp !== undefined)
    throw new TypeError('signJwt: exp is set by expiresInSeconds');
  if ('nbf' in claims && claims.nbf !== undefined) checkDate(claims.nbf, 'nbf');
  const iat = 'iat' in claims && claims.iat !== undefined ? claims.iat : Math.floor(now() / 1000);
  checkDate(iat, 'iat');
  const payload = JSON.stringify({ ...claims, iat, exp: Math.floor(iat) + expiresInSeconds });
  // JSON.stringify spells an unpaired surrogate as an escape, which a verifier refuses.
  if (payload.includes('\\ud') && !isWellFormedJson(payload)) {
    throw new TypeError('signJwt: the claims hold an unpaired surrogate');
  }
  return signCompact(payload, key, type);
}

function checkDate(value: unknown, claim: string): asserts value is number {
  if (!isNumericDate(value)) throw new TypeError(`signJwt: ${claim} must be seconds since the epoch`);
}

function isWellFormedJson(text: string): boolean {
  let isWellFormed = true;
  JSON.parse(text, (name, value) => {
    if (!name.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) isWellFormed = false;
    return value;
  });
  return isWellFormed;
}
