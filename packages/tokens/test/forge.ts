import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  generateKey,
  importJwk,
  importSecret,
  type Key,
  TokenError,
  type TokenErrorCode,
} from '../src/index.ts';
import { algorithms } from '../src/algorithms.ts';
import { materialOf } from '../src/jwk/key.ts';
import type { AlgorithmName } from '../src/jws/algorithm.ts';
import { createJwtVerifier, type JwtVerifierOptions, type VerifiedJwt } from '../src/jwt/verify.ts';

/** What every test reads as the current second. */
export const nowSeconds = 1_800_000_000;
export const now = (): number => nowSeconds * 1000;
export const issuer = 'https://issuer.example';
export const audience = 'https://api.example';

export const goodClaims = {
  iss: issuer,
  aud: audience,
  sub: 'user-1',
  iat: nowSeconds,
  exp: nowSeconds + 300,
};

/** One key for each algorithm, made once. */
const keys = new Map<AlgorithmName, Key>();

export function keyOf(algorithm: AlgorithmName): Key {
  const key = keys.get(algorithm) ?? makeKeyOf(algorithm);
  keys.set(algorithm, key);
  return key;
}

/** RSA keys take longest to make, so all algorithms of RSA have the material of RFC 7517 A.2. */
function makeKeyOf(algorithm: AlgorithmName): Key {
  const keyId = `key-${algorithm}`;
  if (algorithms[algorithm].keyType !== 'rsa') return generateKey(algorithm, { keyId });
  const { vectors } = JSON.parse(readFileSync(new URL('./vectors/jwk.json', import.meta.url), 'utf8'));
  const published = vectors.find((row: { source: string }) => row.source === 'RFC 7517 A.2, second key');
  return importJwk({ ...published.jwk, alg: algorithm, kid: keyId }, { algorithm });
}

export const segment = (part: string | Uint8Array | object): string =>
  Buffer.from(typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part)).toString(
    'base64url',
  );

/** A token that says what the test wants, under a signature that is good. */
export function forge(
  header: string | Uint8Array | object,
  payload: string | Uint8Array | object,
  key: Key,
): string {
  const input = `${segment(header)}.${segment(payload)}`;
  const { sign } = materialOf(key);
  assert.ok(sign !== undefined);
  return `${input}.${sign(input).toString('base64url')}`;
}

export const goodHeader = (key: Key): object => ({ alg: key.algorithm, typ: 'at+jwt', kid: key.keyId });

export function verifierFor(
  key: Key,
  more: Partial<JwtVerifierOptions> = {},
): (token: string) => VerifiedJwt {
  return createJwtVerifier({
    keys: key,
    issuer,
    audience,
    algorithms: [key.algorithm],
    type: 'at+jwt',
    now,
    ...more,
  });
}

export const secretKey = (): Key => importSecret(randomBytes(32), { algorithm: 'HS256', keyId: 'secret' });

/** Refused with this code, and with this claim or none. */
export function refuses(act: () => unknown, code: TokenErrorCode, claim?: string): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof TokenError, `not a TokenError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.equal(error.claim, claim);
    return true;
  });
}
