import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { publishEvents } from '../../store/revocations.ts';
import { endSessionsOfUser } from '../../store/sessions.ts';
import { raiseUserGeneration } from '../../store/users.ts';
import { readAccount } from './account.ts';
import { beginAct } from '../begin-act.ts';
import { requireMayActOn } from './check-authority.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

/**
 * Ends all sessions and tokens of a user, also a session that is being opened
 * at this moment. The user may sign in again.
 *
 * @throws Refusal `not_found`, `role_not_grantable`
 */
export async function logOutUser(
  house: House,
  { actor, userId }: { readonly actor: Actor; readonly userId: string },
  source: RequestSource,
): Promise<void> {
  await readAccount(house, userId);
  const act = beginAct(house, actor, source);
  const reason = 'signed out by an administrator';
  await commitAct(house, [
    act.record('user.signed-out', { subject: userId }),
    ...requireMayActOn(actor, userId),
    refusedAs(raiseUserGeneration(userId, act.atMs), 'not_found'),
    endSessionsOfUser(userId, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason }]),
  ]);
}
