import { isUtf8 } from 'node:buffer';
import { encodeBase64url } from '../base64url.ts';
import type { Key } from '../jwk/key.ts';
import { TokenError } from '../token-error.ts';
import { checkMediaType, normalizeMediaType } from './media-type.ts';
import { readMaxBytes } from './verifier-policy.ts';

/** How a payload stands under the signature, and whether it travels with it. */
export interface PayloadForm {
  /** `false`: the bytes themselves are signed, not their base64url form (RFC 7797). Default `true`. */
  readonly b64?: boolean;
  /** `true`: the payload is left out and handed over in another way (RFC 7515 appendix F). Default `false`. */
  readonly detached?: boolean;
}

/** @throws TypeError */
export function readPayload(payload: unknown, where: string): Buffer {
  if (typeof payload === 'string') return Buffer.from(payload, 'utf8');
  if (payload instanceof Uint8Array) {
    return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  }
  throw new TypeError(`${where}: the payload must be a string or a Uint8Array`);
}

/** Default limit for a payload that does not travel in the JWS, in bytes. */
const defaultMaxPayloadBytes = 1_048_576;

/** @throws TokenError `too_large`; TypeError for a limit that is none */
export function checkPayloadSize(payload: Buffer, maxBytes: number | undefined, where: string): void {
  const limit = readMaxBytes(maxBytes ?? defaultMaxPayloadBytes, `${where}: maxPayloadBytes`);
  if (payload.length > limit) throw new TokenError('too_large');
}

/** The payload behind the dot of a signing input, as latin1 text (RFC 7797 §3). */
export function signedForm(payload: Buffer, b64: boolean): string {
  return b64 ? payload.toString('base64url') : payload.toString('latin1');
}

/**
 * The payload as the `payload` member shows it.
 *
 * @throws TypeError for an unencoded payload that is no text (RFC 7797 §5.3)
 */
export function shownForm(payload: Buffer, b64: boolean, where: string): string {
  if (b64) return payload.toString('base64url');
  if (!isUtf8(payload)) throw new TypeError(`${where}: an unencoded payload that travels along is UTF-8`);
  return payload.toString('utf8');
}

/**
 * An encoded protected header that says how its payload is signed.
 *
 * @throws TypeError for a type that is none, or that makes an unencoded payload a JWT (RFC 7797 §7)
 */
export function makeHeader(key: Key, type: string | undefined, b64: boolean): string {
  if (type !== undefined) checkMediaType(type, 'sign');
  if (b64) return encodeBase64url(JSON.stringify({ alg: key.algorithm, typ: type, kid: key.keyId }));
  if (type !== undefined && /^(?:.+\+)?jwt$/.test(normalizeMediaType(type))) {
    throw new TypeError('a JWT has an encoded payload');
  }
  const header = { alg: key.algorithm, typ: type, kid: key.keyId, b64: false, crit: ['b64'] };
  return encodeBase64url(JSON.stringify(header));
}
