import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** Of two factors: `mfa` is one of the names in `amr`, which are separated by spaces. */
const isStrong = sql`(' ' || amr || ' ') LIKE '% mfa %' AND revoked_at_ms IS NULL`;

/** Open ones of a user, but one. */
export function listStrongSessions(userId: string, but: string): Statement<{ sessionId: string }> {
  return sql<{ sessionId: string }>`SELECT id AS "sessionId" FROM sessions
    WHERE user_id = ${userId} AND id <> ${but} AND ${isStrong} ORDER BY id`;
}

/** Refused when there are not exactly as many as were listed. */
export function endStrongSessions(
  { userId, but, count }: { readonly userId: string; readonly but: string; readonly count: number },
  reason: string,
  atMs: number,
): Statement {
  return mustChange(
    count,
    sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
      WHERE user_id = ${userId} AND id <> ${but} AND ${isStrong}`,
  );
}

/** What the session counts as having proven from now on. */
export function setMethods(sessionId: string, amr: readonly string[]): Statement {
  return sql`UPDATE sessions SET amr = ${amr.join(' ')} WHERE id = ${sessionId}`;
}
