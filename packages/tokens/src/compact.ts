import { decodeBase64url } from './base64url.ts';
import { TokenError } from './token-error.ts';

export interface CompactJws {
  /** First segment as it stands in the token; its bytes are decoded where they are needed. */
  readonly headerSegment: string;
  readonly payload: Buffer;
  readonly signature: Buffer;
  /** The bytes under the signature, as ASCII text. */
  readonly signingInput: string;
}

/** Default limit for a token, in bytes. */
export const defaultMaxTokenBytes = 16_384;

/**
 * Take a compact JWS apart: exactly three canonical base64url segments.
 *
 * Does NOT look into the header. An empty signature passes here, so that
 * `alg: none` is refused by its name first.
 *
 * @throws TokenError `too_large`, `malformed`
 * @see RFC 7515 §3.1 and §5.2
 */
export function readCompact(token: unknown, maxBytes: number): CompactJws {
  if (typeof token !== 'string') throw new TokenError('malformed', { message: 'a token is a string' });
  if (token.length > maxBytes) throw new TokenError('too_large');
  const first = token.indexOf('.');
  const second = first < 1 ? -1 : token.indexOf('.', first + 1);
  if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');
  return {
    headerSegment: token.slice(0, first),
    payload: decodeBase64url(token.slice(first + 1, second)),
    signature: decodeBase64url(token.slice(second + 1)),
    signingInput: token.slice(0, second),
  };
}
