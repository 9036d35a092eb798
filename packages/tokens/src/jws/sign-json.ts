import { type Key, materialOf } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { type FlattenedJws, type GeneralJws, type JwsJsonSignature, maxSignatures } from './json-form.ts';
import { makeHeader, type PayloadForm, readPayload, shownForm, signedForm } from './payload-form.ts';
import type { SignJwsOptions } from './sign.ts';

export interface SignJwsJsonOptions extends SignJwsOptions, PayloadForm {}

export interface SignGeneralJwsOptions extends PayloadForm {
  /** One signature for each, 1 to 16. */
  readonly signers: readonly SignJwsOptions[];
}

const signerOptions: ReadonlySet<string> = new Set(['key', 'type']);
const flattenedOptions: ReadonlySet<string> = new Set(['key', 'type', 'b64', 'detached']);
const generalOptions: ReadonlySet<string> = new Set(['signers', 'b64', 'detached']);

/**
 * Sign bytes, or the UTF-8 form of a text, in the flattened JSON serialization.
 *
 * The whole header is protected. With `b64: false` and not `detached`, the payload must be text.
 *
 * @returns an object for `JSON.stringify`, alone or inside a larger one
 * @throws TypeError for a public key or unusable options; TokenError `key_required`, `key_invalid`
 * @see RFC 7515 §7.2.2, RFC 7797 §3 and §5
 */
export function signJwsJson(payload: Uint8Array | string, options: SignJwsJsonOptions): FlattenedJws {
  checkKnownOptions(options, flattenedOptions, 'signJwsJson');
  const { bytes, b64, shown } = prepare(payload, options, 'signJwsJson');
  return { ...shown, ...signOne(options, signedForm(bytes, b64), b64) };
}

/**
 * Sign once for each signer, in the general JSON serialization.
 *
 * All signatures are of one payload in one form (RFC 7797 §3).
 *
 * @throws TypeError for a public key, unusable options, no signer or more than 16; TokenError `key_required`, `key_invalid`
 * @see RFC 7515 §7.2.1
 */
export function signGeneralJws(payload: Uint8Array | string, options: SignGeneralJwsOptions): GeneralJws {
  checkKnownOptions(options, generalOptions, 'signGeneralJws');
  const { signers } = options;
  if (!Array.isArray(signers) || signers.length === 0 || signers.length > maxSignatures) {
    throw new TypeError(`signGeneralJws: signers must be a list of 1 to ${maxSignatures}`);
  }
  const { bytes, b64, shown } = prepare(payload, options, 'signGeneralJws');
  const signed = signedForm(bytes, b64);
  return { ...shown, signatures: options.signers.map((signer) => signListed(signer, signed, b64)) };
}

function signListed(signer: SignJwsOptions, signed: string, b64: boolean): JwsJsonSignature {
  checkKnownOptions(signer, signerOptions, 'signGeneralJws');
  return signOne(signer, signed, b64);
}

function signOne(
  { key, type }: { readonly key: Key; readonly type?: string },
  signed: string,
  b64: boolean,
): JwsJsonSignature {
  const { sign } = materialOf(key);
  if (sign === undefined) throw new TypeError('a public key cannot sign');
  const header = makeHeader(key, type, b64);
  return { protected: header, signature: sign(`${header}.${signed}`).toString('base64url') };
}

function prepare(
  payload: Uint8Array | string,
  { b64 = true, detached = false }: PayloadForm,
  where: string,
): { readonly bytes: Buffer; readonly b64: boolean; readonly shown: { readonly payload?: string } } {
  if (typeof b64 !== 'boolean' || typeof detached !== 'boolean') {
    throw new TypeError(`${where}: b64 and detached are true or false`);
  }
  const bytes = readPayload(payload, where);
  return { bytes, b64, shown: detached ? {} : { payload: shownForm(bytes, b64, where) } };
}
