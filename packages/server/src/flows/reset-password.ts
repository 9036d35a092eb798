import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { hashPassword } from '../proofs/password.ts';
import { notMePage } from '../rules/mail-links.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { forgetAttempts } from '../store/attempts.ts';
import { closeChallenges, mailedPurposes } from '../store/challenges.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { deleteFactors, deleteRememberedDevices, markEmailProven } from '../store/mailbox-proofs.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { findForSignIn, raiseReadGeneration, setPassword, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkNewPassword } from './check-new-password.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { tryLink } from './try-link.ts';

export interface PasswordReset {
  /** Out of the link. */
  readonly token: string;
  readonly newPassword: string;
}

/**
 * Sets another password for whoever holds the link, and ends every session,
 * token, pending proof and remembered device of the account. Signs nobody in,
 * and a second factor stays.
 *
 * It proves the address too. Where that is the first proof, factors and
 * passkeys were enrolled by somebody who never showed that the mailbox is
 * theirs: they go.
 *
 * A password that is refused counts a try and leaves the link.
 *
 * @throws Refusal `invalid_link`, `password_*`, `too_many_requests`, `overloaded`
 */
export async function resetPassword(
  house: House,
  { token, newPassword }: PasswordReset,
  source: RequestSource,
): Promise<void> {
  const link = await tryLink(house, { purpose: 'reset-password', token }, source);
  const by = { column: 'id', value: link.userId ?? '' } as const;
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  if (user === undefined || whyNotAllowed(user) !== undefined) {
    throw new Refusal('invalid_link', { reason: 'the account is gone or closed' });
  }
  await checkNewPassword(house, newPassword, [user.email, user.username ?? '']);
  const phc = await hashPassword(house, newPassword);
  const act = beginAct(house, user.id, source);
  const isFirstProof = user.emailVerifiedAtMs === null;
  await commitAct(house, [
    act.record('password.reset', { subject: user.id, detail: { first_proof: isFirstProof } }),
    link.spend(act.atMs),
    refusedAs(raiseReadGeneration(user, act.atMs), 'invalid_link'),
    refusedAs(markEmailProven(user.id, link.detail.text('address'), act.atMs), 'invalid_link'),
    setPassword(user.id, phc, act.atMs),
    forgetAttempts(user.id, 'password'),
    ...(isFirstProof ? deleteFactors(user.id, 0) : []),
    deleteRememberedDevices(user.id),
    closeChallenges(user.id, mailedPurposes),
    endSessionsOfUser(user.id, 'password reset', act.atMs),
    ...tellOwner(house, user),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason: 'password reset' }]),
  ]);
}

function tellOwner(house: House, user: SignInRow): ReturnType<House['messages']['write']> {
  return house.messages.write({
    template: 'password-changed',
    to: { email: user.email },
    language: user.language ?? undefined,
    values: { path: notMePage, atMs: house.now() },
  });
}
