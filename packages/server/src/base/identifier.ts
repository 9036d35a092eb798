import { canonicalEmail, canonicalUsername, isEmailLike } from './canonical.ts';

/** By which column of an account something is looked up that a person typed: an e-mail address or a user name. */
export function readIdentifier(identifier: string): {
  readonly column: 'email_canonical' | 'username_canonical';
  readonly value: string;
} {
  return isEmailLike(identifier)
    ? { column: 'email_canonical', value: canonicalEmail(identifier) }
    : { column: 'username_canonical', value: canonicalUsername(identifier) };
}
