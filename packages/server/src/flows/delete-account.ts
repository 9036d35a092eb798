import type { Caller, House, RequestSource } from '../base/house.ts';
import { publishEvents } from '../store/revocations.ts';
import { deleteUser, raiseReadGeneration } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { allRefusedAs, commitAct, refusedAs } from './commit-act.ts';
import { proveAgain } from './prove-again.ts';

export interface AccountDeletion {
  readonly caller: Caller;
  readonly password: string;
}

/**
 * Deletes the caller's account with all that hangs on it; what stays is a
 * tombstone of its id and the audit table.
 *
 * @throws Refusal `invalid_credentials`, `last_administrator`, `conflict`, `too_many_requests`
 */
export async function deleteAccount(
  house: House,
  input: AccountDeletion,
  source: RequestSource,
): Promise<void> {
  const user = await proveAgain(house, input, source);
  const act = beginAct(house, { kind: 'user', caller: input.caller }, source);
  await commitAct(house, [
    act.record('account.deleted', { subject: user.id }),
    // The password that was proven is the one that counts now.
    refusedAs(raiseReadGeneration(user, act.atMs), 'conflict'),
    ...allRefusedAs(deleteUser(user.id, act.atMs), 'last_administrator'),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason: 'account deleted' }]),
  ]);
}
