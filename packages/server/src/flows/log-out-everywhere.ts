import type { Caller, House, RequestSource } from '../base/house.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { raiseUserGeneration } from '../store/users.ts';
import { beginAct } from './begin-act.ts';

/** Ends every session of the caller, this one too; also one that is being opened at this moment. */
export async function logOutEverywhere(house: House, caller: Caller, source: RequestSource): Promise<void> {
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { userId } = caller;
  const reason = 'signed out everywhere';
  // Refused only when the account is gone, and its sessions with it.
  await house.store.commit([
    act.record('session.ended-all', { subject: userId }),
    raiseUserGeneration(userId, act.atMs),
    endSessionsOfUser(userId, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason }]),
  ]);
  house.feed.wake();
}
