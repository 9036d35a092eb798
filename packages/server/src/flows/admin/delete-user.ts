import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { publishEvents } from '../../store/revocations.ts';
import { keepsAnAdministrator } from '../../store/roles.ts';
import { deleteUser as deleteRows } from '../../store/users.ts';
import { readAccount } from './account.ts';
import { beginAct } from '../begin-act.ts';
import { requireMayActOn } from './check-authority.ts';
import { allRefusedAs, commitAct, refusedAs } from '../commit-act.ts';

/**
 * Removes the account with its password, roles and sessions, and ends its
 * tokens. A tombstone with the id and the time stays, and the audit rows,
 * which name the id only. The address is free for a new account, whose id is
 * another one.
 *
 * @throws Refusal `not_found`, `role_not_grantable`, `last_administrator`
 */
export async function deleteUser(
  house: House,
  { actor, userId }: { readonly actor: Actor; readonly userId: string },
  source: RequestSource,
): Promise<void> {
  await readAccount(house, userId);
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('user.deleted', { subject: userId }),
    ...requireMayActOn(actor, userId),
    refusedAs(keepsAnAdministrator(userId), 'last_administrator'),
    ...allRefusedAs(deleteRows(userId, act.atMs), 'not_found'),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason: 'user deleted' }]),
  ]);
}
