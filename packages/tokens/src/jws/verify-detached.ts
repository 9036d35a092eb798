import { readCompact } from '../compact.ts';
import type { Key } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { type JwsHeader, readHeader } from './header.ts';
import { checkPayloadSize, readPayload, signedForm } from './payload-form.ts';
import { checkAllowed, checkSignature, readVerifierPolicy } from './verifier-policy.ts';
import type { VerifyJwsOptions } from './verify.ts';

export interface VerifyDetachedJwsOptions extends VerifyJwsOptions {
  /** What the header must say of the payload; default `true`. */
  readonly b64?: boolean;
  /** Default 1 048 576. */
  readonly maxPayloadBytes?: number;
}

export interface VerifiedDetachedJws {
  readonly header: JwsHeader;
  readonly key: Key;
}

const optionNames: ReadonlySet<string> = new Set([
  'keys',
  'algorithms',
  'type',
  'maxTokenBytes',
  'b64',
  'maxPayloadBytes',
]);

/**
 * Verify `header..signature` over a payload that came in another way.
 *
 * A header that says another form of the payload than `b64` is refused, so one
 * signature never covers two payloads. Does NOT look into the payload.
 *
 * @throws TokenError `too_large`, `malformed`, `critical_unsupported`, `algorithm_not_allowed`,
 *   `type_mismatch`, `key_unknown`, `signature_invalid`; TypeError for unusable options
 * @see RFC 7515 appendix F, RFC 7797 §3, §5.1 and §6
 */
export function verifyDetachedJws(
  token: string,
  payload: Uint8Array | string,
  options: VerifyDetachedJwsOptions,
): VerifiedDetachedJws {
  checkKnownOptions(options, optionNames, 'verifyDetachedJws');
  const { b64 = true, maxPayloadBytes } = options;
  if (typeof b64 !== 'boolean') throw new TypeError('verifyDetachedJws: b64 is true or false');
  const policy = readVerifierPolicy(options, 'verifyDetachedJws');
  const bytes = readPayload(payload, 'verifyDetachedJws');
  checkPayloadSize(bytes, maxPayloadBytes, 'verifyDetachedJws');
  const { headerSegment, payload: attached, signature } = readCompact(token, policy.maxBytes);
  if (attached.length !== 0) throw new TokenError('malformed', { message: 'the payload is there twice' });
  const header = readHeader(headerSegment, b64);
  checkAllowed(policy, header);
  const signingInput = `${headerSegment}.${signedForm(bytes, b64)}`;
  return { header, key: checkSignature(policy.keySet, header, { signingInput, signature }) };
}
