import type { House, RequestSource } from '../base/house.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSession } from '../store/sessions.ts';
import { beginAct } from './begin-act.ts';

export interface EndingSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly reason: string;
}

/** Ends a session as its user; one that has ended meanwhile leaves nothing to do. */
export async function endOpenSession(
  house: House,
  { sessionId, userId, reason }: EndingSession,
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, userId, source);
  await house.store.commit([
    act.record('session.ended', { subject: userId, sessionId }),
    endSession({ sessionId }, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason }]),
  ]);
  house.feed.wake();
}
