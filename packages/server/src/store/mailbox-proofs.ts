import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** Refused when the account is gone, or has another address by now. An earlier proof keeps its time. */
export function markEmailProven(userId: string, emailCanonical: string, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET email_verified_at_ms = coalesce(email_verified_at_ms, ${atMs}), updated_at_ms = ${atMs}
      WHERE id = ${userId} AND email_canonical = ${emailCanonical}`,
  );
}

/** What signs in beside the password, and was added at that time or later. All of it: from 0 on. */
export function deleteFactors(userId: string, fromMs: number): Statement[] {
  return [
    sql`DELETE FROM factors WHERE user_id = ${userId} AND created_at_ms >= ${fromMs}`,
    sql`DELETE FROM passkeys WHERE user_id = ${userId} AND created_at_ms >= ${fromMs}`,
    sql`DELETE FROM recovery_codes WHERE user_id = ${userId} AND created_at_ms >= ${fromMs}`,
  ];
}

/** Devices that were not asked for a second factor are asked again. */
export function deleteRememberedDevices(userId: string): Statement {
  return sql`DELETE FROM remembered_devices WHERE user_id = ${userId}`;
}

/** While the change of an address can be taken back, nobody else gets the old one. */
export function slotOfAddress(emailCanonical: string): string {
  return `undo-email ${emailCanonical}`;
}

/** Refused while the address is kept for its last owner, unless that is this user. */
export function isNotReserved(emailCanonical: string, nowMs: number, userId = ''): Statement {
  return mustChange(
    1,
    sql`SELECT 1 AS free WHERE NOT EXISTS
      (SELECT 1 FROM challenges WHERE slot = ${slotOfAddress(emailCanonical)} AND expires_at_ms > ${nowMs}
        AND user_id <> ${userId})`,
  );
}

/** Nobody signs in by a password until one is set. */
export function deletePassword(userId: string): Statement {
  return sql`DELETE FROM passwords WHERE user_id = ${userId}`;
}

/** Changes of the address that were made at that time or later can no longer be taken back. */
export function closeUndoFrom(userId: string, fromMs: number): Statement {
  return sql`DELETE FROM challenges
    WHERE user_id = ${userId} AND purpose = 'undo-email' AND created_at_ms >= ${fromMs}`;
}
