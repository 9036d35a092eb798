import type { Statement } from '../base/house.ts';
import { list, mustChange, sql } from './sql.ts';

export interface InviteRow {
  readonly id: string;
  /** JSON, as it was opened with. */
  readonly detail: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** One address has one invitation: a newer one replaces it. */
export function slotOfInvite(emailCanonical: string): string {
  return `invite ${emailCanonical}`;
}

const columns = sql`id, detail, created_at_ms AS "createdAtMs", expires_at_ms AS "expiresAtMs"`;

/** Open ones, newest first. */
export function listInviteRows(page: {
  readonly nowMs: number;
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}): Statement<InviteRow> {
  const { atMs, id } = page.after;
  return sql<InviteRow>`SELECT ${columns} FROM challenges
    WHERE purpose = 'invite' AND expires_at_ms > ${page.nowMs}
      AND (created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id}))
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

// ---- conditions: statements that change nothing and refuse their act ---------

/** Refused when an account has the address. */
export function isFreeAddress(emailCanonical: string): Statement {
  return mustChange(
    1,
    sql`SELECT 1 AS free WHERE NOT EXISTS (SELECT 1 FROM users WHERE email_canonical = ${emailCanonical})`,
  );
}

/** Refused unless there is a role of each of these names, which are all different. */
export function rolesExist(names: readonly string[]): Statement {
  return mustChange(
    1,
    sql`SELECT 1 AS there WHERE (SELECT count(*) FROM roles WHERE name IN (${list(names)})) = ${names.length}`,
  );
}
