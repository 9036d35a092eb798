import { readCompact } from '../compact.ts';
import { type EncryptJweOptions, encryptJwe } from '../jwe/encrypt.ts';

export type EncryptJwtOptions = Omit<EncryptJweOptions, 'contentType'>;

/** Signed tokens longer than this do not fit into an encrypted one of the default size. */
const maxSignedBytes = 131_072;

/**
 * Encrypt a signed JWT for one receiver: signed first, so that the signature says who made it
 * and is itself hidden. Written with `cty: JWT`.
 *
 * Does NOT verify the signature.
 *
 * @throws TypeError for unusable options; TokenError `malformed` and `too_large` for anything but
 *   a compact JWS, `key_required`, `key_invalid`
 * @see RFC 7519 §5.2 and §11.2
 */
export function encryptJwt(signedJwt: string, options: EncryptJwtOptions): string {
  if (typeof options === 'object' && options !== null && 'contentType' in options) {
    throw new TypeError('encryptJwt: contentType is always JWT');
  }
  readCompact(signedJwt, maxSignedBytes);
  return encryptJwe(signedJwt, { ...options, contentType: 'JWT' });
}
