import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** Refused when there is no such user, or it is disabled already. Does NOT raise the generation. */
export function disableUser(id: string, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET disabled_at_ms = ${atMs}, updated_at_ms = ${atMs}
      WHERE id = ${id} AND disabled_at_ms IS NULL`,
  );
}

/** Refused when there is no such user, or it is not disabled. Ended sessions stay ended. */
export function enableUser(id: string, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET disabled_at_ms = NULL, updated_at_ms = ${atMs}
      WHERE id = ${id} AND disabled_at_ms IS NOT NULL`,
  );
}
