import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { recordAct } from '../store/audit.ts';
import { publishEvents } from '../store/revocations.ts';
import { deleteUser } from '../store/users.ts';
import { proveAgain } from './prove-again.ts';

export interface AccountDeletion {
  readonly caller: Caller;
  readonly password: string;
}

/**
 * Deletes the caller's account with all that hangs on it; what stays is a
 * tombstone of its id and the audit table.
 *
 * @throws Refusal `invalid_credentials`, `last_administrator`, `too_many_requests`
 */
export async function deleteAccount(
  house: House,
  input: AccountDeletion,
  source: RequestSource,
): Promise<void> {
  const user = await proveAgain(house, input, source);
  const act = { id: randomId(), atMs: house.now() };
  const outcome = await house.store.commit([
    recordAct({
      ...act,
      action: 'account.deleted',
      actor: user.id,
      subject: user.id,
      sessionId: input.caller.sessionId,
      source,
    }),
    ...deleteUser(user.id, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason: 'account deleted' }]),
  ]);
  if (outcome.kind === 'refused') throw new Refusal('last_administrator');
}
