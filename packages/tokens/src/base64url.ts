import { TokenError } from './token-error.ts';

/** Base64url without padding of bytes, or of the UTF-8 form of a text (RFC 7515 §2). */
export function encodeBase64url(data: Uint8Array | string): string {
  if (typeof data === 'string') return Buffer.from(data, 'utf8').toString('base64url');
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64url');
}

/**
 * Decode canonical base64url: no padding, no other alphabet, no white space,
 * no stray bits in the last character.
 *
 * Decoding in Node is lenient, so the text must come back when the bytes are
 * encoded again; only the one canonical spelling does.
 *
 * @throws TokenError `malformed`
 * @see RFC 4648 §3.5 and §5, RFC 7515 §2
 */
export function decodeBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw new TokenError('malformed', { message: 'not canonical base64url' });
  }
  return bytes;
}
