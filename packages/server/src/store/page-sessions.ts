import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';
import { type UserRow, userColumns } from './users.ts';

/** A session that is open now, and its user. */
export interface PageSessionRow extends UserRow {
  readonly clientId: string;
  readonly authTimeSeconds: number;
  readonly amr: string;
  /** Undefined language: that of the browser. */
  readonly language: string | null;
  readonly emailVerifiedAtMs: number | null;
  readonly pageUsedAtMs: number | null;
}

/** No row when anything about the session has ended, or nobody used it for so long, on the pages or by refreshing. */
export function findPageSession(
  sessionId: string,
  { nowMs, idleMs }: { readonly nowMs: number; readonly idleMs: number },
): Statement<PageSessionRow> {
  return sql<PageSessionRow>`SELECT ${userColumns}, u.language, u.email_verified_at_ms AS "emailVerifiedAtMs",
      s.client_id AS "clientId", s.auth_time_seconds AS "authTimeSeconds", s.amr,
      s.page_used_at_ms AS "pageUsedAtMs"
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN clients c ON c.id = s.client_id
    WHERE s.id = ${sessionId} AND s.revoked_at_ms IS NULL AND s.expires_at_ms > ${nowMs}
      AND (s.rotated_at_ms > ${nowMs - idleMs} OR s.page_used_at_ms > ${nowMs - idleMs})
      AND s.user_generation = u.generation AND u.disabled_at_ms IS NULL
      AND s.client_generation = c.generation AND c.disabled_at_ms IS NULL`;
}

export function touchPageSession(sessionId: string, atMs: number): Statement {
  return sql`UPDATE sessions SET page_used_at_ms = ${atMs} WHERE id = ${sessionId} AND revoked_at_ms IS NULL`;
}
