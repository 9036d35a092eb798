import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

/** A session as its user sees it. */
export interface SessionListRow {
  readonly id: string;
  readonly clientId: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
}

/** As administrators see it. */
export interface UserSessionRow extends SessionListRow {
  readonly userId: string;
  readonly revokedAtMs: number | null;
  readonly revokedReason: string | null;
}

/** `s` is the session's row. */
const listColumns = sql`s.id, s.client_id AS "clientId", s.address, s.user_agent AS "userAgent",
  s.created_at_ms AS "createdAtMs", s.expires_at_ms AS "expiresAtMs",
  CASE WHEN s.page_used_at_ms > s.rotated_at_ms THEN s.page_used_at_ms ELSE s.rotated_at_ms END AS "lastUsedAtMs"`;

const columns = sql`${listColumns}, s.user_id AS "userId", s.revoked_at_ms AS "revokedAtMs",
  s.revoked_reason AS "revokedReason"`;

/** Sessions that could still be refreshed or used on the pages, the last used first. */
export function listLiveSessions(userId: string, nowMs: number, idleMs: number): Statement<SessionListRow> {
  return sql<SessionListRow>`SELECT ${listColumns} FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.user_id = ${userId} AND s.revoked_at_ms IS NULL AND s.expires_at_ms > ${nowMs}
      AND (s.rotated_at_ms > ${nowMs - idleMs} OR s.page_used_at_ms > ${nowMs - idleMs})
      AND s.user_generation = u.generation
    ORDER BY "lastUsedAtMs" DESC, s.id LIMIT 200`;
}

export function findSession(id: string): Statement<UserSessionRow> {
  return sql<UserSessionRow>`SELECT ${columns} FROM sessions s WHERE s.id = ${id}`;
}

/** Newest first, ended ones too for as long as their rows are kept. */
export function listSessionsOfUser(page: {
  readonly userId: string;
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}): Statement<UserSessionRow> {
  const { atMs, id } = page.after;
  return sql<UserSessionRow>`SELECT ${columns} FROM sessions s
    WHERE user_id = ${page.userId} AND (created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id}))
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

/** The client's own sessions end with its generation; this says so in their rows. */
export function endSessionsOfClient(clientId: string, reason: string, atMs: number): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
    WHERE client_id = ${clientId} AND revoked_at_ms IS NULL`;
}

export function endEverySession(reason: string, atMs: number): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason} WHERE revoked_at_ms IS NULL`;
}
