import type { DenyState } from './deny-state.ts';
import { type HeadTime, isLifeTooLong, judgeFreshness } from './freshness.ts';
import type { Freshness, RevocationVerdict, TokenNames } from './view.ts';

/** What a verifier knows; one value that lives as long as the verifier. */
export interface KnownRevocations {
  readonly denials: DenyState;
  /** The last head that counts; `undefined` where none does. */
  readonly head: HeadTime | undefined;
}

/**
 * The verdict on a token, from what is known now. A denial holds however old
 * what is known may be. Allocates nothing.
 * Does NOT check signature, `exp`, issuer or audience.
 */
export function judgeToken(
  token: TokenNames,
  freshness: Freshness,
  { denials, head }: KnownRevocations,
): RevocationVerdict {
  if (denials.denies(token)) return 'revoked';
  if (head !== undefined && isLifeTooLong(token, head)) return 'life_too_long';
  return judgeFreshness(token.iatSeconds, freshness, head);
}
