import type { TokenErrorCode } from '@countersign/tokens';

/**
 * Something that `token explain` has to say about a token. `refused` is a reason for a verifier
 * to refuse it, `weak` is none and still unwise, `unchecked` could not be judged.
 */
export interface Finding {
  readonly kind: 'refused' | 'weak' | 'unchecked';
  /** The code with which this project's verifier refuses; only of `refused`. */
  readonly code?: TokenErrorCode;
  /** Header member or claim that it is about. */
  readonly member?: string;
  readonly says: string;
  /** Where it is written. */
  readonly clause: string;
}

export function refused(code: TokenErrorCode, clause: string, says: string): Finding {
  return { kind: 'refused', code, says, clause };
}

export function weak(clause: string, says: string): Finding {
  return { kind: 'weak', says, clause };
}

/** The clause behind each code that a verifier of tokens gives, for what no rule of ours has said more precisely. */
export const clauseOf: Readonly<Partial<Record<TokenErrorCode, string>>> = {
  malformed: 'RFC 7515 §5.2',
  too_large: 'a limit of this verifier, of no RFC',
  algorithm_not_allowed: 'RFC 8725 §3.1',
  type_mismatch: 'RFC 8725 §3.11',
  critical_unsupported: 'RFC 7515 §4.1.11',
  key_unknown: 'RFC 7515 §6',
  key_type_mismatch: 'RFC 8725 §3.1',
  decryption_failed: 'RFC 7516 §5.2',
  signature_invalid: 'RFC 7515 §5.2',
  claims_invalid: 'RFC 7519 §7.2',
  claim_missing: 'RFC 7519 §4.1',
  claim_invalid: 'RFC 7519 §4.1',
  expired: 'RFC 7519 §4.1.4',
  not_yet_valid: 'RFC 7519 §4.1.5',
  issuer_mismatch: 'RFC 7519 §4.1.1',
  audience_mismatch: 'RFC 7519 §4.1.3',
};
