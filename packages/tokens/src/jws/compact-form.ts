import { decodeBase64url } from '../base64url.ts';
import type { CompactForm, Sign, Verify } from './algorithm.ts';

/**
 * Signatures as text, made of the functions for bytes.
 *
 * @param sign  `undefined` for a public key
 * @returns `verify` throws TokenError `malformed` for a signature that is no base64url
 */
export function compactForm(sign: Sign | undefined, verify: Verify): CompactForm {
  return {
    sign: (input) => {
      if (sign === undefined) throw new TypeError('a public key cannot sign');
      return sign(input).toString('base64url');
    },
    verify: (token, inputLength, signature) =>
      verify(token.slice(0, inputLength), decodeBase64url(signature)),
  };
}
