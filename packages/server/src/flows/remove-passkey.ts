import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { closeChallenges } from '../store/challenges.ts';
import { deletePasskey, endSessionsOfPasskeys, findPasskey } from '../store/passkeys.ts';
import { deleteLoneRecoveryCodes } from '../store/recovery-codes.ts';
import { deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { publishEvents } from '../store/revocations.ts';
import { keepGeneration } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { notMePage } from '../rules/mail-links.ts';
import { readRecentUser } from './read-recent-user.ts';

/**
 * Removes a passkey, which opens nothing from this commit on, and tells
 * its owner.
 *
 * A device that is lost may be signed in: every other session that a passkey
 * opened ends. Rows do not say by which passkey, so those of the others end
 * too, and so do sign-ins under way. One event ends all access tokens of the user; sessions that go on renew.
 *
 * @throws Refusal `not_found` when it is not one of the caller's; `last_sign_in_method`,
 *   `insufficient_user_authentication`, `conflict`, `too_many_requests`
 */
export async function removePasskey(
  house: House,
  { caller, passkeyId }: { readonly caller: Caller; readonly passkeyId: string },
  source: RequestSource,
): Promise<void> {
  const { userId, sessionId } = caller;
  house.limits.spend('passkeys by account', userId);
  const [passkey] = await house.store.read(findPasskey({ id: passkeyId, userId }));
  if (passkey === undefined) throw new Refusal('not_found', { reason: 'not one of theirs' });
  const user = await readRecentUser(house, caller);
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { canMail } = house.messages;
  const reason = 'passkey removed';
  await commitAct(house, [
    act.record('passkey.removed', { subject: userId, detail: { passkey: passkeyId } }),
    refusedAs(keepGeneration(user), 'conflict'),
    refusedAs(deletePasskey({ id: passkeyId, userId, canMail }), 'last_sign_in_method'),
    deleteLoneRecoveryCodes(userId),
    closeChallenges(userId, ['sign-in']),
    deleteRememberedDevices(userId),
    endSessionsOfPasskeys({ userId, exceptSessionId: sessionId }, reason, act.atMs),
    ...house.messages.write({
      template: 'passkey-removed',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs: act.atMs, name: passkey.name },
    }),
    ...publishEvents(house.feed, act, [{ scope: 'user-claims', subject: userId, reason }]),
  ]);
}
