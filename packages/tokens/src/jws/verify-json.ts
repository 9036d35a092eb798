import { decodeBase64url } from '../base64url.ts';
import { isKeyId, type Key } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { type JwsHeader, readHeader } from './header.ts';
import { type ReadSignature, readJwsJson } from './json-form.ts';
import { checkPayloadSize, readPayload, signedForm } from './payload-form.ts';
import { checkAllowed, checkSignature, readVerifierPolicy, type VerifierPolicy } from './verifier-policy.ts';
import type { VerifyJwsOptions } from './verify.ts';

export interface VerifyJwsJsonOptions extends VerifyJwsOptions {
  /** Which signatures must hold: every one that is there, or at least one. */
  readonly signatures: 'all' | 'any';
  /** What the headers must say of the payload; default `true`. */
  readonly b64?: boolean;
  /** The payload of a detached JWS. */
  readonly payload?: Uint8Array | string;
  /** Limit of a detached payload; default 1 048 576. */
  readonly maxPayloadBytes?: number;
}

export interface VerifiedSignature {
  readonly header: JwsHeader;
  readonly key: Key;
}

export interface VerifiedJwsJson {
  readonly payload: Uint8Array;
  /** Those that hold, in the order of the JWS; with `'all'` all of them. */
  readonly signatures: readonly VerifiedSignature[];
}

const optionNames: ReadonlySet<string> = new Set([
  'keys',
  'algorithms',
  'type',
  'maxTokenBytes',
  'signatures',
  'b64',
  'payload',
  'maxPayloadBytes',
]);

/** With `'any'`, a signature refused for one of these leaves the others their chance. */
const passedOver: ReadonlySet<string> = new Set([
  'algorithm_not_allowed',
  'type_mismatch',
  'key_unknown',
  'signature_invalid',
]);

/**
 * Verify the flattened or the general JSON serialization of a JWS.
 *
 * `alg`, `typ`, `crit` and `b64` count in the protected header alone; `kid` chooses
 * among the given keys from either. A header that is malformed or asks for an
 * extension refuses the whole JWS, also with `'any'`.
 * Does NOT look into the payload, and `'all'` does NOT say that a certain key
 * signed: look at the `key` of each signature that is returned.
 *
 * @param text  the JSON text, at most `maxTokenBytes`
 * @throws TokenError `too_large`, `malformed`, `critical_unsupported`, and of the first signature
 *   at fault `algorithm_not_allowed`, `type_mismatch`, `key_unknown`, `signature_invalid`; TypeError for unusable options
 * @see RFC 7515 §5.2 and §7.2, RFC 7797 §3
 */
export function verifyJwsJson(text: string, options: VerifyJwsJsonOptions): VerifiedJwsJson {
  checkKnownOptions(options, optionNames, 'verifyJwsJson');
  const { b64 = true, signatures: wanted } = options;
  if (typeof b64 !== 'boolean') throw new TypeError('verifyJwsJson: b64 is true or false');
  if (wanted !== 'all' && wanted !== 'any') {
    throw new TypeError("verifyJwsJson: signatures must be 'all' or 'any'");
  }
  const policy = readVerifierPolicy(options, 'verifyJwsJson');
  const handedOver = readHandedOver(options);
  const jws = readJwsJson(text, policy.maxBytes);
  const entries = jws.signatures.map((entry) => readEntry(entry, b64));
  const payload = choosePayload(jws.payload, handedOver, b64);
  const signed = signedForm(payload, b64);
  const signatures =
    wanted === 'all'
      ? entries.map((entry) => verifyEntry(policy, entry, signed))
      : verifyAny(policy, entries, signed);
  return { payload: new Uint8Array(payload), signatures };
}

interface Entry {
  readonly segment: string;
  readonly header: JwsHeader;
  readonly keyId: string | undefined;
  readonly signature: Buffer;
}

function readEntry(read: ReadSignature, b64: boolean): Entry {
  const header = readHeader(read.protected, b64);
  // RFC 7515 §7.2.1: no name stands in both headers.
  if (Object.keys(read.header).some((name) => Object.hasOwn(header, name))) {
    throw new TokenError('malformed', { message: 'a name stands in both headers' });
  }
  const { kid } = Object.hasOwn(read.header, 'kid') ? read.header : header;
  if (kid !== undefined && !isKeyId(kid)) {
    throw new TokenError('malformed', { message: 'kid must be a string of 1 to 256 characters' });
  }
  return { segment: read.protected, header, keyId: kid, signature: decodeBase64url(read.signature) };
}

function verifyEntry(policy: VerifierPolicy, entry: Entry, signed: string): VerifiedSignature {
  const { header, signature, segment, keyId } = entry;
  checkAllowed(policy, header);
  const query = { alg: header.alg, kid: keyId };
  const key = checkSignature(policy.keySet, query, { signingInput: `${segment}.${signed}`, signature });
  return { header, key };
}

function verifyAny(policy: VerifierPolicy, entries: readonly Entry[], signed: string): VerifiedSignature[] {
  const verified: VerifiedSignature[] = [];
  let first: TokenError | undefined;
  for (const entry of entries) {
    try {
      verified.push(verifyEntry(policy, entry, signed));
    } catch (error) {
      if (!(error instanceof TokenError) || !passedOver.has(error.code)) throw error;
      first ??= error;
    }
  }
  if (verified.length === 0) throw first ?? new TokenError('signature_invalid');
  return verified;
}

/** @throws TypeError; TokenError `too_large` */
function readHandedOver({ payload, maxPayloadBytes }: VerifyJwsJsonOptions): Buffer | undefined {
  const bytes = readPayload(payload ?? '', 'verifyJwsJson');
  checkPayloadSize(bytes, maxPayloadBytes, 'verifyJwsJson');
  return payload === undefined ? undefined : bytes;
}

/** The payload travels along or is handed over: exactly one of both. */
function choosePayload(attached: string | undefined, handedOver: Buffer | undefined, b64: boolean): Buffer {
  if (handedOver !== undefined && attached === undefined) return handedOver;
  if (handedOver !== undefined || attached === undefined) {
    throw new TokenError('malformed', { message: 'the payload is missing or there twice' });
  }
  return b64 ? decodeBase64url(attached) : Buffer.from(attached, 'utf8');
}
