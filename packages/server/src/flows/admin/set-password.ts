import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { hashPassword } from '../../proofs/password.ts';
import { forgetAttempts } from '../../store/attempts.ts';
import { publishEvents } from '../../store/revocations.ts';
import { endSessionsOfUser } from '../../store/sessions.ts';
import { raiseUserGeneration, setPassword as writePassword } from '../../store/users.ts';
import { checkNewPassword } from '../check-new-password.ts';
import { readAccount } from './account.ts';
import { beginAct } from '../begin-act.ts';
import { checkRecentSignIn, requireMayActOn } from './check-authority.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

export interface SetPassword {
  readonly actor: Actor;
  readonly userId: string;
  readonly newPassword: string;
}

/**
 * Gives an account another password and ends its sessions and tokens. The
 * only credential that an administrator can touch; none can be read.
 *
 * @throws Refusal `not_found`, `password_*`, `role_not_grantable`, `insufficient_user_authentication`, `overloaded`
 */
export async function setPassword(house: House, input: SetPassword, source: RequestSource): Promise<void> {
  const { actor, userId, newPassword } = input;
  await checkRecentSignIn(house, actor);
  const account = await readAccount(house, userId);
  await checkNewPassword(house, newPassword, [account.email, account.username ?? '']);
  const phc = await hashPassword(house, newPassword);
  const act = beginAct(house, actor, source);
  const reason = 'password set by an administrator';
  await commitAct(house, [
    act.record('user.password-set', { subject: userId }),
    ...requireMayActOn(actor, userId),
    refusedAs(raiseUserGeneration(userId, act.atMs), 'not_found'),
    writePassword(userId, phc, act.atMs),
    forgetAttempts(userId, 'password'),
    endSessionsOfUser(userId, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason }]),
  ]);
}
