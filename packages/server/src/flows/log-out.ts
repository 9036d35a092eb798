import type { Caller, House, RequestSource } from '../base/house.ts';
import { findSessionByRefreshId } from '../store/sessions.ts';
import { endOpenSession } from './end-open-session.ts';

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
    await endOpenSession(house, { sessionId, userId, reason: 'signed out' }, source);
  }
}
