/**
 * Every way a token, key or key set can be refused, with its public text.
 *
 * Codes are stable: renaming one is a breaking change. Texts are for the
 * developer who reads a log and never carry a token, key or claim value.
 */
export const tokenErrors = {
  malformed: 'not a canonical compact JWS',
  too_large: 'longer than the configured limit',
  algorithm_not_allowed: 'the algorithm in the header is not one of the allowed ones',
  type_mismatch: 'the typ header is missing or names another kind of token',
  critical_unsupported: 'the header asks for an extension that is not implemented',
  key_required: 'a key is required',
  key_invalid: 'the key is malformed, too weak or inconsistent',
  key_type_mismatch: 'the key does not fit the algorithm',
  key_unknown: 'no key for this kid and algorithm',
  key_set_invalid: 'the key set is refused as a whole',
  key_set_unavailable: 'the key set could not be fetched',
  decryption_failed: 'the content does not decrypt with this key',
  signature_invalid: 'the signature does not verify',
  claims_invalid: 'the payload is not a strict JSON object',
  claim_missing: 'a required claim is missing',
  claim_invalid: 'a claim has the wrong form',
  expired: 'the token has expired',
  not_yet_valid: 'the token is not valid yet',
  issuer_mismatch: 'the issuer is not the expected one',
  audience_mismatch: 'the token is meant for another audience',
  proof_mismatch: 'the DPoP proof is for another request, token or key',
  proof_replayed: 'the DPoP proof was used before',
  nonce_invalid: 'the DPoP proof has no nonce that is good now',
  replay_set_full: 'no further DPoP proof can be remembered',
} as const;

export type TokenErrorCode = keyof typeof tokenErrors;

export interface TokenErrorDetail {
  /** Replaces the text of the table; must not carry token, key or claim values. */
  readonly message?: string;
  /** Name of the claim at fault, one of the registered names. */
  readonly claim?: string;
  readonly cause?: unknown;
}

/** Faults of whoever configures keys. Everything else is said to whoever sent a token, as often as they like. */
const configurationFaults: ReadonlySet<TokenErrorCode> = new Set([
  'key_required',
  'key_invalid',
  'key_type_mismatch',
  'key_set_invalid',
  'key_set_unavailable',
]);

/**
 * A refusal: branch on `code`, never on the message.
 *
 * Only the codes of `configurationFaults` have a stack trace. Recording one costs
 * more than verifying a token with HS256, and would make refusing dearer than accepting.
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;
  readonly claim?: string;

  constructor(code: TokenErrorCode, detail: TokenErrorDetail = {}) {
    const { stackTraceLimit } = Error;
    const isTraced = configurationFaults.has(code) || !Reflect.set(Error, 'stackTraceLimit', 0);
    super(
      detail.message ?? tokenErrors[code],
      detail.cause === undefined ? undefined : { cause: detail.cause },
    );
    if (!isTraced) Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    if (detail.claim !== undefined) this.claim = detail.claim;
  }
}
