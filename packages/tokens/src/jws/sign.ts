import { encodeBase64url } from '../base64url.ts';
import { type Key, materialOf } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { checkMediaType } from './media-type.ts';

export interface SignJwsOptions {
  /** A private key or a secret. */
  readonly key: Key;
  /** Written as `typ`. */
  readonly type?: string;
}

const optionNames: ReadonlySet<string> = new Set(['key', 'type']);
const maxCachedHeaders = 16;

/**
 * Sign bytes, or the UTF-8 form of a text, as a compact JWS with `alg`, `typ` and, where the key has an id, `kid`.
 *
 * @throws TypeError for a public key or unusable options; TokenError `key_required`, `key_invalid`
 * @see RFC 7515 §5.1
 */
export function signJws(payload: Uint8Array | string, options: SignJwsOptions): string {
  checkKnownOptions(options, optionNames, 'signJws');
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) {
    throw new TypeError('signJws: the payload must be a string or a Uint8Array');
  }
  return signCompact(payload, options.key, options.type);
}

/** `signJws` without the checks of its options. */
export function signCompact(payload: Uint8Array | string, key: Key, type: string | undefined): string {
  const { compact, headerByType } = materialOf(key);
  let header = headerByType.get(type);
  if (header === undefined) {
    if (type !== undefined) checkMediaType(type, 'sign');
    header = `${encodeBase64url(JSON.stringify({ alg: key.algorithm, typ: type, kid: key.keyId }))}.`;
    if (headerByType.size >= maxCachedHeaders) headerByType.clear();
    headerByType.set(type, header);
  }
  const signingInput = header + encodeBase64url(payload);
  return `${signingInput}.${compact.sign(signingInput)}`;
}
