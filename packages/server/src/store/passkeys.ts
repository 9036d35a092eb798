import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

export interface PasskeyRow {
  readonly id: string;
  /** base64url. */
  readonly credentialId: string;
  readonly userId: string;
  readonly name: string;
  /** COSE_Key. */
  readonly publicKey: Uint8Array;
  readonly signCount: number;
  /** Names separated by spaces. */
  readonly transports: string;
  readonly aaguid: string;
  readonly isBackupEligible: 0 | 1;
  readonly isBackedUp: 0 | 1;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

export interface NewPasskeyRow extends Omit<PasskeyRow, 'isBackupEligible' | 'isBackedUp' | 'lastUsedAtMs'> {
  readonly rpId: string;
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
}

const columns = sql`id, credential_id AS "credentialId", user_id AS "userId", name, public_key AS "publicKey",
  sign_count AS "signCount", transports, aaguid, is_backup_eligible AS "isBackupEligible",
  is_backed_up AS "isBackedUp", created_at_ms AS "createdAtMs", last_used_at_ms AS "lastUsedAtMs"`;

/** Counting and inserting are one statement. Refused when the user has `max`; as `unique` when anybody has the credential. */
export function insertPasskey(row: NewPasskeyRow, max: number): Statement {
  return mustChange(
    1,
    sql`INSERT INTO passkeys (id, credential_id, user_id, rp_id, name, public_key, sign_count, transports, aaguid,
        is_backup_eligible, is_backed_up, created_at_ms)
      SELECT ${row.id}, ${row.credentialId}, ${row.userId}, ${row.rpId}, ${row.name}, ${row.publicKey},
        ${row.signCount}, ${row.transports}, ${row.aaguid}, ${row.isBackupEligible ? 1 : 0},
        ${row.isBackedUp ? 1 : 0}, ${row.createdAtMs}
      WHERE (SELECT count(*) FROM passkeys WHERE user_id = ${row.userId}) < ${max}`,
  );
}

/** Those of a user, the oldest first; those for another domain too. */
export function listPasskeys(userId: string): Statement<PasskeyRow> {
  return sql<PasskeyRow>`SELECT ${columns} FROM passkeys WHERE user_id = ${userId} ORDER BY created_at_ms, id`;
}

export function findPasskey(by: { readonly id: string; readonly userId: string }): Statement<PasskeyRow> {
  return sql<PasskeyRow>`SELECT ${columns} FROM passkeys WHERE id = ${by.id} AND user_id = ${by.userId}`;
}

export function findPasskeyOfCredential(credentialId: string): Statement<PasskeyRow> {
  return sql<PasskeyRow>`SELECT ${columns} FROM passkeys WHERE credential_id = ${credentialId}`;
}

/** Refused when it is gone, or when its counter has moved past this one since. */
export function notePasskeyUse(use: {
  readonly id: string;
  readonly signCount: number;
  readonly isBackedUp: boolean;
  readonly atMs: number;
}): Statement {
  return mustChange(
    1,
    sql`UPDATE passkeys SET sign_count = ${use.signCount}, is_backed_up = ${use.isBackedUp ? 1 : 0},
        last_used_at_ms = ${use.atMs}
      WHERE id = ${use.id} AND (sign_count < ${use.signCount} OR (sign_count = 0 AND ${use.signCount} = 0))`,
  );
}

/** Refused when it is not the user's. */
export function renamePasskey(passkey: {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
}): Statement {
  return mustChange(
    1,
    sql`UPDATE passkeys SET name = ${passkey.name} WHERE id = ${passkey.id} AND user_id = ${passkey.userId}`,
  );
}

/**
 * Refused when it is not the user's, or when nothing else would be left to sign
 * in with: no password, no other passkey, and no mailbox that can give a password.
 */
export function deletePasskey(passkey: {
  readonly id: string;
  readonly userId: string;
  readonly canMail: boolean;
}): Statement {
  const { id, userId } = passkey;
  return mustChange(
    1,
    sql`DELETE FROM passkeys WHERE id = ${id} AND user_id = ${userId} AND (
      EXISTS (SELECT 1 FROM passwords WHERE user_id = ${userId})
      OR EXISTS (SELECT 1 FROM passkeys other WHERE other.user_id = ${userId} AND other.id <> ${id}
        AND other.rp_id = passkeys.rp_id)
      OR (${passkey.canMail ? 1 : 0} = 1
        AND EXISTS (SELECT 1 FROM users WHERE id = ${userId} AND email_verified_at_ms IS NOT NULL)))`,
  );
}

/** Sessions that a passkey opened, but for one. Rows do not say which passkey it was. */
export function endSessionsOfPasskeys(
  of: { readonly userId: string; readonly exceptSessionId: string },
  reason: string,
  atMs: number,
): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
    WHERE user_id = ${of.userId} AND id <> ${of.exceptSessionId} AND revoked_at_ms IS NULL
      AND ' ' || amr || ' ' LIKE '% swk %'`;
}

/** How many work no more, since they were made for another domain. */
export function countPasskeysOfOthers(rpId: string): Statement<{ readonly count: number }> {
  return sql<{ readonly count: number }>`SELECT count(*) AS count FROM passkeys WHERE rp_id <> ${rpId}`;
}
