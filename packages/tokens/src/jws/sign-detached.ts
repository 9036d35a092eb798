import { materialOf } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { makeHeader, readPayload, signedForm } from './payload-form.ts';
import type { SignJwsOptions } from './sign.ts';

export interface SignDetachedJwsOptions extends SignJwsOptions {
  /** `false`: the bytes themselves are signed, not their base64url form (RFC 7797). Default `true`. */
  readonly b64?: boolean;
}

const optionNames: ReadonlySet<string> = new Set(['key', 'type', 'b64']);

/**
 * Sign bytes, or the UTF-8 form of a text, as a compact JWS without its payload: `header..signature`.
 *
 * @throws TypeError for a public key or unusable options; TokenError `key_required`, `key_invalid`
 * @see RFC 7515 appendix F, RFC 7797 §5.1
 */
export function signDetachedJws(payload: Uint8Array | string, options: SignDetachedJwsOptions): string {
  checkKnownOptions(options, optionNames, 'signDetachedJws');
  const { key, type, b64 = true } = options;
  if (typeof b64 !== 'boolean') throw new TypeError('signDetachedJws: b64 is true or false');
  const bytes = readPayload(payload, 'signDetachedJws');
  const { sign } = materialOf(key);
  if (sign === undefined) throw new TypeError('a public key cannot sign');
  const header = makeHeader(key, type, b64);
  return `${header}..${sign(`${header}.${signedForm(bytes, b64)}`).toString('base64url')}`;
}
