import type { InviteRow } from '../../store/invites.ts';
import { splitNames } from '../split-names.ts';
import { readLinkDetail } from '../try-link.ts';

/** What waits for somebody who was invited. Nothing in it opens an account: the secret is in the mail alone. */
export interface Invite {
  /** Of the row, for withdrawing: the hash of the secret. */
  readonly id: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** Null: the command line. */
  readonly invitedBy: string | null;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export function toInvite({ id, detail, createdAtMs, expiresAtMs }: InviteRow): Invite {
  const { text, find } = readLinkDetail(detail);
  return {
    id,
    email: text('email'),
    roles: splitNames(text('roles')),
    invitedBy: find('by') ?? null,
    createdAtMs,
    expiresAtMs,
  };
}
