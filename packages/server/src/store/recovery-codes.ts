import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** How many are left, and whether one of them has this hash. */
export function findRecoveryCode(
  userId: string,
  hash: Uint8Array,
): Statement<{ left: number; isThere: 0 | 1 }> {
  return sql<{ left: number; isThere: 0 | 1 }>`SELECT count(*) AS "left",
      coalesce(max(CASE WHEN code_hash = ${hash} THEN 1 ELSE 0 END), 0) AS "isThere"
    FROM recovery_codes WHERE user_id = ${userId}`;
}

export function countRecoveryCodes(userId: string): Statement<{ left: number }> {
  return sql<{ left: number }>`SELECT count(*) AS "left" FROM recovery_codes WHERE user_id = ${userId}`;
}

/** Of any number of callers exactly one is not refused. */
export function spendRecoveryCode(userId: string, hash: Uint8Array): Statement {
  return mustChange(1, sql`DELETE FROM recovery_codes WHERE user_id = ${userId} AND code_hash = ${hash}`);
}

export function deleteRecoveryCodes(userId: string): Statement {
  return sql`DELETE FROM recovery_codes WHERE user_id = ${userId}`;
}

/** They stand in for a lost factor: where none is left, they are none. */
export function deleteLoneRecoveryCodes(userId: string): Statement {
  return sql`DELETE FROM recovery_codes WHERE user_id = ${userId}
    AND NOT EXISTS (SELECT 1 FROM factors WHERE user_id = ${userId} AND confirmed_at_ms IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user_id = ${userId})`;
}

/** The first ones of an account. Refused when it has some: those that were shown stay good. */
export function insertFirstRecoveryCodes(
  userId: string,
  hashes: readonly Uint8Array[],
  atMs: number,
): Statement[] {
  const none = mustChange(
    1,
    sql`UPDATE users SET updated_at_ms = updated_at_ms
      WHERE id = ${userId} AND NOT EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ${userId})`,
  );
  return [none, ...insertRecoveryCodes(userId, hashes, atMs)];
}

export function insertRecoveryCodes(
  userId: string,
  hashes: readonly Uint8Array[],
  atMs: number,
): Statement[] {
  return hashes.map(
    (hash) => sql`INSERT INTO recovery_codes (user_id, code_hash, created_at_ms)
      VALUES (${userId}, ${hash}, ${atMs})`,
  );
}
