import { TokenError } from '../token-error.ts';

const fieldPrime = (1n << 255n) - 19n;
const signBit = 1n << 255n;

/** y of two of the four points of order 8; the others have its negative. */
const order8Y = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** y of all points whose order divides 8; either sign of x belongs to one of them. */
const smallOrderY: ReadonlySet<bigint> = new Set([0n, 1n, fieldPrime - 1n, order8Y, fieldPrime - order8Y]);

/**
 * Refuse public keys for which a signature proves nothing: y not below the
 * field prime, or a point of small order, under which one signature fits many messages.
 *
 * @throws TokenError `key_invalid`
 * @see RFC 8032 §5.1.3, RFC 8725bis §2.5
 */
export function checkEd25519Point(encoded: Uint8Array): void {
  const littleEndian = Buffer.from(encoded).reverse().toString('hex');
  const point = encoded.length === 32 ? BigInt(`0x${littleEndian}`) : signBit * 2n;
  const y = point >= signBit ? point - signBit : point;
  if (y >= fieldPrime || smallOrderY.has(y)) {
    throw new TokenError('key_invalid', { message: 'the Ed25519 public key is not a point to trust' });
  }
}
