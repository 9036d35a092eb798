import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { recordAct } from '../store/audit.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { raiseUserGeneration } from '../store/users.ts';

/** Ends every session of the caller, this one too; also one that is being opened at this moment. */
export async function logOutEverywhere(house: House, caller: Caller, source: RequestSource): Promise<void> {
  const act = { id: randomId(), atMs: house.now() };
  const { userId, sessionId } = caller;
  await house.store.commit([
    recordAct({ ...act, action: 'session.ended-all', actor: userId, subject: userId, sessionId, source }),
    raiseUserGeneration(userId, act.atMs),
    endSessionsOfUser(userId, 'signed out everywhere', act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason: 'signed out everywhere' }]),
  ]);
}
