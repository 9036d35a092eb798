import { toEpochSeconds } from '../base/clock.ts';
import type { Caller, House } from '../base/house.ts';
import { findPageSession as findRow, touchPageSession } from '../store/page-sessions.ts';
import { readStanding } from './read-standing.ts';
import { splitNames } from './split-names.ts';

/** Who is signed in on the pages of this browser. */
export interface PageSession {
  readonly caller: Caller;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly language: string | null;
  readonly isEmailVerified: boolean;
}

const touchEveryMs = 60_000;

/**
 * Session, user and permissions as they are now. Using it keeps it from
 * idling out; that is written at most once a minute.
 * Does NOT prove that the session is the browser's: its cookie did.
 */
export async function findPageSession(house: House, sessionId: string): Promise<PageSession | undefined> {
  const nowMs = house.now();
  const idleMs = house.policy.sessionIdleSeconds * 1000;
  const [row] = await house.store.read(findRow(sessionId, { nowMs, idleMs }));
  if (row === undefined) return undefined;
  if (nowMs - (row.pageUsedAtMs ?? 0) >= touchEveryMs) {
    await house.store.commit([touchPageSession(sessionId, nowMs)]);
  }
  const amr = splitNames(row.amr);
  return {
    caller: {
      ...readStanding(house, row, amr),
      userId: row.id,
      sessionId,
      clientId: row.clientId,
      authTime: toEpochSeconds(row.authTimeSeconds * 1000),
      amr,
    },
    email: row.email,
    username: row.username,
    name: row.name,
    language: row.language,
    isEmailVerified: row.emailVerifiedAtMs !== null,
  };
}
