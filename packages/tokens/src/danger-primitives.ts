import type { KeyObject } from 'node:crypto';
import { algorithms } from './algorithms.ts';
import { checkNotPublicMaterial } from './jwk/public-material.ts';
import type { AlgorithmName } from './jws/algorithm.ts';

/**
 * What `@countersign/jsonwebtoken` stands on, and nothing else should.
 *
 * DANGER: there is no policy here. Neither the strength of a key nor the header,
 * the claims, the type or the size of a token is looked at, and whoever calls
 * decides which algorithm goes with which key: RFC 8725 §3.1 and §3.2 are theirs.
 */

/**
 * Prepare signing with one key.
 *
 * Does NOT check the length of a secret or of an RSA modulus.
 *
 * @param key  secret or private, of the type and on the curve of the algorithm; `rsa-pss` does for PS256 to PS512
 * @returns a function from the signing input, ASCII, to the signature in base64url
 * @throws TypeError when the key is of another type or on another curve, or public
 * @see RFC 7515 §5.1, RFC 7518 §3
 */
export function signerWithoutPolicy(
  algorithm: AlgorithmName,
  key: KeyObject,
): (signingInput: string) => string {
  if (key.type === 'public') throw new TypeError('a public key cannot sign');
  checkFits(algorithm, key);
  const row = algorithms[algorithm];
  const compact = row.compact?.(key);
  if (compact !== undefined) return compact.sign;
  const sign = row.signer(key);
  return (signingInput) => sign(signingInput).toString('base64url');
}

/**
 * Prepare verifying with one key.
 *
 * Does NOT check the length of a secret or of an RSA modulus.
 *
 * @param key  secret or public, as for `signerWithoutPolicy`
 * @returns a function that tells whether `signature`, in canonical base64url, is one of this key over the first
 *   `inputLength` characters of the token
 * @throws TypeError when the key is of another type or on another curve, or private
 * @see RFC 7515 §5.2, RFC 7518 §3
 */
export function verifierWithoutPolicy(
  algorithm: AlgorithmName,
  key: KeyObject,
): (token: string, inputLength: number, signature: string) => boolean {
  if (key.type === 'private') throw new TypeError('verifying takes the public key');
  checkFits(algorithm, key);
  const row = algorithms[algorithm];
  const compact = row.compact?.(key);
  if (compact !== undefined) return compact.verify;
  const verify = row.verifier(key);
  return (token, inputLength, signature) => {
    const bytes = Buffer.from(signature, 'base64url');
    return bytes.toString('base64url') === signature && verify(token.slice(0, inputLength), bytes);
  };
}

/** Whether these bytes are a key in some common spelling: PEM, OpenSSH, JWK, DER, an EC point; in base64 or hex too. */
export function isKeyMaterial(secret: Uint8Array): boolean {
  try {
    checkNotPublicMaterial(secret);
    return false;
  } catch {
    return true;
  }
}

function checkFits(algorithm: AlgorithmName, key: KeyObject): void {
  const row = algorithms[algorithm];
  const keyType = key.type === 'secret' ? 'secret' : key.asymmetricKeyType;
  const fits = keyType === row.keyType || (keyType === 'rsa-pss' && algorithm.startsWith('PS'));
  if (!fits || key.asymmetricKeyDetails?.namedCurve !== row.namedCurve) {
    throw new TypeError(`this key does not fit ${algorithm}`);
  }
}
