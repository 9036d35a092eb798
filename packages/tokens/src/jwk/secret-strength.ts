import { TokenError } from '../token-error.ts';

/** Any 32 random bytes, also when written as hex or base64, show more distinct bytes than this. */
const minDistinctBytes = 8;

/**
 * A secret must be as long as the digest and not a few bytes repeated.
 *
 * Does NOT measure entropy: a long sentence from a book passes.
 *
 * @throws TokenError `key_invalid`
 * @see RFC 7518 §3.2
 */
export function checkSecretStrength(secret: Uint8Array, minBytes: number): void {
  if (secret.length < minBytes) {
    throw new TokenError('key_invalid', {
      message: `a secret for this algorithm has at least ${minBytes} bytes`,
    });
  }
  if (new Set(secret).size < minDistinctBytes) {
    throw new TokenError('key_invalid', { message: 'the secret repeats a few bytes' });
  }
}
