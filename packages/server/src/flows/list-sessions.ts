import type { Caller, House } from '../base/house.ts';
import { listLiveSessions, type SessionListRow } from '../store/session-list.ts';

/** A device on which the user is signed in. */
export interface SessionSummary extends SessionListRow {
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export async function listSessions(house: House, caller: Caller): Promise<readonly SessionSummary[]> {
  const idleMs = house.policy.sessionIdleSeconds * 1000;
  const rows = await house.store.read(listLiveSessions(caller.userId, house.now(), idleMs));
  return rows.map((row) => ({ ...row, current: row.id === caller.sessionId }));
}
