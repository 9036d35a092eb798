import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { readEmail } from '../rules/account-names.ts';
import { closeChallenges, mailedPurposes } from '../store/challenges.ts';
import { isNotReserved, slotOfAddress } from '../store/mailbox-proofs.ts';
import { type SignInRow, updateUser } from '../store/users.ts';
import { type BegunAct, beginAct } from './begin-act.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';
import { openLink } from './open-link.ts';
import { proveHolder } from './prove-holder.ts';
import { type TriedLink, tryLink } from './try-link.ts';

export interface NewEmailProof {
  /** Out of the link. */
  readonly token: string;
  /** Of the account; not needed by whoever is signed in to it. */
  readonly password?: string | undefined;
  readonly caller?: Caller | undefined;
}

/**
 * The account has the new address from now on, proven. As everywhere, the link
 * counts together with the account's password or a session of it: nobody puts
 * somebody else's mailbox on his account. Sessions go on.
 *
 * The old address, if it was proven, is told, and can take it back for a week;
 * nobody else gets it in that time. What was mailed to it opens nothing any
 * more.
 *
 * @throws Refusal `invalid_link`, `invalid_credentials`, `invalid_request`, `email_taken`, `too_many_requests`,
 *   `overloaded`
 */
export async function confirmNewEmail(
  house: House,
  input: NewEmailProof,
  source: RequestSource,
): Promise<void> {
  const link = await tryLink(house, { purpose: 'change-email', token: input.token }, source);
  if (link.userId === null) throw new Refusal('invalid_link', { reason: 'of no account' });
  const user = await proveHolder(house, { ...input, userId: link.userId }, source);
  const email = readEmail(link.detail.text('email'));
  const act = beginAct(house, user.id, source);
  await commitAct(house, [
    act.record('account.email-changed', { subject: user.id }),
    link.spend(act.atMs),
    refusedAs(isNotReserved(email.canonical, act.atMs, user.id), 'email_taken'),
    refusedAs(updateUser(user.id, { email: { ...email, verifiedAtMs: act.atMs } }, act.atMs), 'invalid_link'),
    closeChallenges(user.id, mailedPurposes),
    ...(user.emailVerifiedAtMs === null ? [] : tellOldAddress(house, { act, user, link })),
  ]);
}

/** An address that nobody proved may be a slip of the pen: whoever reads mail there gets no say in the account. */
function tellOldAddress(
  house: House,
  { act, user, link }: { readonly act: BegunAct; readonly user: SignInRow; readonly link: TriedLink },
): readonly Step[] {
  const { path, validMinutes, steps } = openLink(act, {
    purpose: 'undo-email',
    user: { id: user.id, generation: null },
    slot: slotOfAddress(readEmail(user.email).canonical),
    detail: { email: user.email, since: link.detail.text('since') },
  });
  return [
    ...steps,
    ...house.messages.write({
      template: 'email-changed',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path, validMinutes, newEmail: link.detail.text('email') },
    }),
  ];
}
