import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export interface UserSessionRow {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  readonly revokedReason: string | null;
}

const columns = sql`id, user_id AS "userId", client_id AS "clientId", address, user_agent AS "userAgent",
  created_at_ms AS "createdAtMs", rotated_at_ms AS "lastUsedAtMs", expires_at_ms AS "expiresAtMs",
  revoked_at_ms AS "revokedAtMs", revoked_reason AS "revokedReason"`;

export function findSession(id: string): Statement<UserSessionRow> {
  return sql<UserSessionRow>`SELECT ${columns} FROM sessions WHERE id = ${id}`;
}

/** Newest first, ended ones too for as long as their rows are kept. */
export function listSessionsOfUser(page: {
  readonly userId: string;
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}): Statement<UserSessionRow> {
  const { atMs, id } = page.after;
  return sql<UserSessionRow>`SELECT ${columns} FROM sessions
    WHERE user_id = ${page.userId} AND (created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id}))
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

/** The client's own sessions end with its generation; this says so in their rows. */
export function endSessionsOfClient(clientId: string, reason: string, atMs: number): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
    WHERE client_id = ${clientId} AND revoked_at_ms IS NULL`;
}

/** Where the user was signed in, the latest sessions first. */
export function listSourcesOfUser(userId: string): Statement<{ address: string }> {
  return sql<{ address: string }>`SELECT address FROM sessions
    WHERE user_id = ${userId} ORDER BY created_at_ms DESC LIMIT 100`;
}
