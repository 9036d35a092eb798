import type { Caller, House, RequestSource } from '../base/house.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSession, findSessionByRefreshId } from '../store/sessions.ts';
import { beginAct } from './begin-act.ts';

export interface LogOut {
  /** Whose access token was presented. */
  readonly caller?: Caller | undefined;
  /** Spent or not: whoever holds one may end its session, never more. */
  readonly refreshToken?: string | undefined;
}

/**
 * Ends the session of the caller and that of the presented refresh token. A
 * session that has ended, or a token that is none, leaves nothing to do: the
 * caller is signed out either way.
 */
export async function logOut(house: House, input: LogOut, source: RequestSource): Promise<void> {
  const sessions = new Map<string, string>();
  if (input.caller !== undefined) sessions.set(input.caller.sessionId, input.caller.userId);
  const presented =
    input.refreshToken === undefined ? undefined : house.refreshTokens.read(input.refreshToken);
  if (presented !== undefined) {
    const [row] = await house.store.read(findSessionByRefreshId(presented.refreshId));
    if (row?.revokedAtMs === null) sessions.set(row.sessionId, row.userId);
  }
  for (const [sessionId, userId] of sessions) {
    const act = beginAct(house, userId, source);
    // Refused when the session has ended meanwhile.
    await house.store.commit([
      act.record('session.ended', { subject: userId, sessionId }),
      endSession({ sessionId }, 'signed out', act.atMs),
      ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason: 'signed out' }]),
    ]);
    house.feed.wake();
  }
}
