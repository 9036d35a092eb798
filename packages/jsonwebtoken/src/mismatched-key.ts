import { constants, type KeyObject, sign, verify } from 'node:crypto';
import type { SignatureAlgorithm } from './signature-algorithm.ts';

/**
 * `allowInvalidAsymmetricKeyTypes`: signatures as the original makes them when
 * algorithm and key do not belong together, such as DER under `RS256` or P-256
 * under `ES384`. No other library understands them.
 */

const scalarBytesByCurve: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 32],
  ['secp256k1', 32],
  ['secp384r1', 48],
  ['secp521r1', 66],
]);

/** @throws Error when nothing the key makes fits into a signature of this algorithm */
export function signMismatched(algorithm: SignatureAlgorithm, key: KeyObject, input: string): string {
  const bytes = Buffer.from(input, 'latin1');
  const hash = hashOf(algorithm);
  if (!algorithm.startsWith('ES')) {
    return sign(hash, bytes, withPadding(algorithm, key)).toString('base64url');
  }
  const half = scalarBytes(key);
  const target = signatureBytes(algorithm) / 2;
  if (half === undefined || half > target)
    throw new Error(`this key cannot make a signature for ${algorithm}`);
  const signature = sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
  const padded = Buffer.alloc(2 * target);
  padded.set(signature.subarray(0, half), target - half);
  padded.set(signature.subarray(half), 2 * target - half);
  return padded.toString('base64url');
}

/** False also when OpenSSL refuses to try. */
export function verifyMismatched(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  { input, signature }: { readonly input: string; readonly signature: string },
): boolean {
  const bytes = Buffer.from(input, 'latin1');
  const signatureAsBytes = Buffer.from(signature, 'base64url');
  if (signatureAsBytes.toString('base64url') !== signature) return false;
  try {
    return algorithm.startsWith('ES')
      ? verifyScalars(algorithm, key, { bytes, signature: signatureAsBytes })
      : verify(hashOf(algorithm), bytes, withPadding(algorithm, key), signatureAsBytes);
  } catch {
    return false;
  }
}

function verifyScalars(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  { bytes, signature: signatureAsBytes }: { readonly bytes: Buffer; readonly signature: Buffer },
): boolean {
  const half = scalarBytes(key);
  if (half === undefined) return false;
  const r = resize(signatureAsBytes.subarray(0, signatureAsBytes.length / 2), half);
  const s = resize(signatureAsBytes.subarray(signatureAsBytes.length / 2), half);
  if (r === undefined || s === undefined) return false;
  return verify(hashOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]));
}

/** Of `r || s`, for ES256, ES384 and ES512 (RFC 7518 §3.4). */
export function signatureBytes(algorithm: string): number {
  return algorithm === 'ES512' ? 132 : Number(algorithm.slice(2)) / 4;
}

function hashOf(algorithm: string): string {
  return `sha${algorithm.slice(2)}`;
}

function withPadding(
  algorithm: string,
  key: KeyObject,
): { key: KeyObject; padding?: number; saltLength?: number } {
  if (!algorithm.startsWith('PS')) return { key };
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

function scalarBytes(key: KeyObject): number | undefined {
  return scalarBytesByCurve.get(key.asymmetricKeyDetails?.namedCurve ?? '');
}

/** The same number in so many bytes, or undefined when it does not fit. */
function resize(scalar: Buffer, bytes: number): Buffer | undefined {
  const surplus = scalar.length - bytes;
  if (surplus <= 0) return Buffer.concat([Buffer.alloc(-surplus), scalar]);
  return scalar.subarray(0, surplus).every((byte) => byte === 0) ? scalar.subarray(surplus) : undefined;
}
