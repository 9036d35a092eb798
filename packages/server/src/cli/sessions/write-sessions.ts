import type { UserSessionRow } from '../../store/session-list.ts';
import { writeTable } from '../write-table.ts';

export function writeSessions(sessions: readonly UserSessionRow[]): string {
  return writeTable(
    ['id', 'client', 'address', 'created', 'last used', 'ended'],
    sessions.map((session) => [
      session.id,
      session.clientId,
      session.address,
      shortTime(session.createdAtMs),
      shortTime(session.lastUsedAtMs),
      session.revokedAtMs === null
        ? '-'
        : `${shortTime(session.revokedAtMs)}, ${session.revokedReason ?? '-'}`,
    ]),
  );
}

function shortTime(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');
}

/** One session, in the words of the API. */
export function sessionAsJson(session: UserSessionRow): Readonly<Record<string, unknown>> {
  const time = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString());
  return {
    id: session.id,
    user_id: session.userId,
    client_id: session.clientId,
    address: session.address,
    user_agent: session.userAgent,
    created_at: time(session.createdAtMs),
    last_used_at: time(session.lastUsedAtMs),
    expires_at: time(session.expiresAtMs),
    ended_at: time(session.revokedAtMs),
    ended_because: session.revokedReason,
  };
}
