import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { readEmail } from '../rules/account-names.ts';
import { closeChallenges, mailedPurposes } from '../store/challenges.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { closeUndoFrom, deleteFactors, deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { findForSignIn, markPasswordCompromised, raiseReadGeneration, updateUser } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { openLink } from './open-link.ts';
import { tryLink } from './try-link.ts';

/**
 * The account goes back to the address from which it was taken: every session
 * and token ends, the password opens nothing until another one is set by the
 * link that is mailed along, and what was enrolled since the sign-in that
 * changed the address goes. A later link of the same kind is worth nothing: the
 * first owner decides.
 *
 * @throws Refusal `invalid_link`, `too_many_requests`
 */
export async function undoNewEmail(house: House, token: string, source: RequestSource): Promise<void> {
  const link = await tryLink(house, { purpose: 'undo-email', token }, source);
  const by = { column: 'id', value: link.userId ?? '' } as const;
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  if (user === undefined) throw new Refusal('invalid_link', { reason: 'the account is gone' });
  const email = readEmail(link.detail.text('email'));
  const act = beginAct(house, user.id, source);
  const reset = openLink(act, {
    purpose: 'reset-password',
    user: { id: user.id, generation: user.generation + 1 },
    detail: { address: email.canonical },
  });
  const reason = 'change of address taken back';
  await commitAct(house, [
    act.record('account.email-change-undone', { subject: user.id }),
    link.spend(act.atMs),
    refusedAs(raiseReadGeneration(user, act.atMs), 'invalid_link'),
    refusedAs(updateUser(user.id, { email: { ...email, verifiedAtMs: act.atMs } }, act.atMs), 'invalid_link'),
    markPasswordCompromised(user.id, act.atMs),
    ...deleteFactors(user.id, Number(link.detail.text('since'))),
    deleteRememberedDevices(user.id),
    closeChallenges(user.id, mailedPurposes),
    closeUndoFrom(user.id, link.createdAtMs),
    endSessionsOfUser(user.id, reason, act.atMs),
    ...reset.steps,
    ...house.messages.write({
      template: 'reset-password',
      to: { email: email.shown },
      language: user.language ?? undefined,
      values: { path: reset.path, validMinutes: reset.validMinutes },
    }),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason }]),
  ]);
}
