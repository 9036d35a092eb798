import type { KeyObject } from 'node:crypto';
import { decodeBase64url } from '../base64url.ts';
import { TokenError } from '../token-error.ts';

const minModulusBits = 2048;
const maxModulusBits = 16_384;
const minExponent = 3n;
/** OpenSSL's own limit for long moduli; a longer exponent only makes verifying slow. */
const maxExponent = (1n << 64n) - 1n;

/**
 * Refuse RSA keys that are too short, absurdly long, of even or trivial exponent,
 * with a small factor, or made by the Infineon library whose primes can be guessed.
 *
 * @param publicObject  public half of an RSA key
 * @throws TokenError `key_invalid`
 * @see RFC 7518 §3.3, CVE-2017-15361
 */
export function checkRsaKey(publicObject: KeyObject): void {
  const bits = publicObject.asymmetricKeyDetails?.modulusLength ?? 0;
  const exponent = publicObject.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (bits < minModulusBits || bits > maxModulusBits) {
    throw new TokenError('key_invalid', { message: 'an RSA modulus has 2048 to 16384 bits' });
  }
  if (exponent < minExponent || exponent > maxExponent || exponent % 2n === 0n) {
    throw new TokenError('key_invalid', {
      message: 'the RSA public exponent is an odd number from 3 to 2^64',
    });
  }
  const modulus = readModulus(publicObject);
  if (modulus % 2n === 0n || smallPrimes.some((prime) => modulus % BigInt(prime) === 0n)) {
    throw new TokenError('key_invalid', { message: 'the RSA modulus has a small factor' });
  }
  if (hasRocaFingerprint(modulus)) {
    throw new TokenError('key_invalid', {
      message: 'the RSA key comes from a generator with guessable primes',
    });
  }
}

const smallPrimes: readonly number[] = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/** Remainders a modulus of that generator can leave: the powers of 65537, for each small prime. */
const rocaRemainders: readonly ReadonlySet<number>[] = smallPrimes.map((prime) => {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power);
  return powers;
});

function hasRocaFingerprint(modulus: bigint): boolean {
  return smallPrimes.every((prime, index) => rocaRemainders[index]?.has(Number(modulus % BigInt(prime))));
}

function readModulus(publicObject: KeyObject): bigint {
  const { n } = publicObject.export({ format: 'jwk' });
  return BigInt(`0x${decodeBase64url(n ?? '').toString('hex')}`);
}
