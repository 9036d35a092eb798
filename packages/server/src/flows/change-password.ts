import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { hashPassword } from '../proofs/password.ts';
import { notMePage } from '../rules/mail-links.ts';
import { keepFactors } from '../rules/second-factor-needed.ts';
import { deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { findForSignIn, raiseReadGeneration, setPassword } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkNewPassword } from './check-new-password.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { openSession } from './open-session.ts';
import { proveAgain } from './prove-again.ts';
import type { SignedIn } from './signed-in.ts';

export interface PasswordChange {
  readonly caller: Caller;
  readonly currentPassword: string;
  readonly newPassword: string;
}

/**
 * Sets another password, ends every session and token of the user, and signs
 * the caller in anew.
 *
 * @throws Refusal `invalid_credentials`, `password_*`, `conflict`, `too_many_requests`, `overloaded`
 */
export async function changePassword(
  house: House,
  input: PasswordChange,
  source: RequestSource,
): Promise<SignedIn> {
  const { caller } = input;
  const user = await proveAgain(house, { caller, password: input.currentPassword }, source);
  await checkNewPassword(house, input.newPassword, [user.email, user.username ?? '']);
  const phc = await hashPassword(house, input.newPassword);
  const act = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [
    act.record('password.changed', { subject: user.id }),
    refusedAs(raiseReadGeneration(user, act.atMs), 'conflict'),
    setPassword(user.id, phc, act.atMs),
    deleteRememberedDevices(user.id),
    endSessionsOfUser(user.id, 'password changed', act.atMs),
    ...house.messages.write({
      template: 'password-changed',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs: act.atMs },
    }),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason: 'password changed' }]),
  ]);
  const readAtMs = house.now();
  const [changed] = await house.store.read(findForSignIn({ column: 'id', value: user.id }, caller.clientId));
  // A generation above ours is somebody else's act after this one: it ended this sign-in too.
  if (changed?.generation !== user.generation + 1) {
    throw new Refusal('conflict', { reason: 'the account changed meanwhile' });
  }
  return openSession(house, { user: changed, factors: keepFactors(caller.amr), readAtMs }, source);
}
