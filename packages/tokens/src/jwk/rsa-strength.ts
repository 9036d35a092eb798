import type { KeyObject } from 'node:crypto';
import { TokenError } from '../token-error.ts';

const minModulusBits = 2048;
const maxModulusBits = 16_384;
const minExponent = 3n;
/** OpenSSL's own limit for long moduli; a longer exponent only makes verifying slow. */
const maxExponent = (1n << 64n) - 1n;

/**
 * Refuse RSA keys that are too short, absurdly long, or whose exponent is even or trivial.
 *
 * @throws TokenError `key_invalid`
 * @see RFC 7518 §3.3
 */
export function checkRsaKey(key: KeyObject): void {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const exponent = key.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (bits < minModulusBits || bits > maxModulusBits) {
    throw new TokenError('key_invalid', { message: 'an RSA modulus has 2048 to 16384 bits' });
  }
  if (exponent < minExponent || exponent > maxExponent || exponent % 2n === 0n) {
    throw new TokenError('key_invalid', {
      message: 'the RSA public exponent is an odd number from 3 to 2^64',
    });
  }
}
