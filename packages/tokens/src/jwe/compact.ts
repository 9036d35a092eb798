import { decodeBase64url } from '../base64url.ts';
import { TokenError } from '../token-error.ts';
import type { Sealed } from './algorithm.ts';

export interface CompactJwe extends Sealed {
  /** First segment as it stands in the token: its ASCII bytes are authenticated with the content. */
  readonly headerSegment: string;
  readonly encryptedKey: Buffer;
}

/** Default limit for an encrypted token, in bytes. */
export const defaultMaxEncryptedBytes = 262_144;

/**
 * Take a compact JWE apart: exactly five canonical base64url segments, of which the second may be empty.
 *
 * Does NOT look into the header.
 *
 * @throws TokenError `too_large`, `malformed`
 * @see RFC 7516 §3.1 and §7.1
 */
export function readCompactJwe(token: unknown, maxBytes: number): CompactJwe {
  if (typeof token !== 'string') throw new TokenError('malformed', { message: 'a token is a string' });
  if (token.length > maxBytes) throw new TokenError('too_large');
  const dots: number[] = [];
  for (let at = token.indexOf('.'); at !== -1 && dots.length < 5; at = token.indexOf('.', at + 1))
    dots.push(at);
  const [first = 0, second = 0, third = 0, fourth = 0] = dots;
  if (dots.length !== 4) {
    throw new TokenError('malformed', { message: 'not a canonical compact JWE' });
  }
  return {
    headerSegment: token.slice(0, first),
    encryptedKey: decodeBase64url(token.slice(first + 1, second)),
    iv: decodeBase64url(token.slice(second + 1, third)),
    ciphertext: decodeBase64url(token.slice(third + 1, fourth)),
    tag: decodeBase64url(token.slice(fourth + 1)),
  };
}
