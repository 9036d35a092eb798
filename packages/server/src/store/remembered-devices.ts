import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

export function countDevices(userId: string, nowMs: number): Statement<{ devices: number }> {
  return sql<{ devices: number }>`SELECT count(*) AS devices FROM remembered_devices
    WHERE user_id = ${userId} AND expires_at_ms > ${nowMs}`;
}

export interface RememberedDevice {
  /** The hash of what the device holds. */
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string | undefined;
  readonly atMs: number;
  readonly expiresAtMs: number;
}

export function insertDevice(device: RememberedDevice): Statement {
  return sql`INSERT INTO remembered_devices (id, user_id, user_agent, created_at_ms, last_used_at_ms, expires_at_ms)
    VALUES (${device.id}, ${device.userId}, ${device.userAgent ?? null}, ${device.atMs}, ${device.atMs},
      ${device.expiresAtMs})`;
}

/** One row when the device is remembered for this user now. */
export function findDevice(id: string, userId: string, nowMs: number): Statement<{ id: string }> {
  return sql<{ id: string }>`SELECT id FROM remembered_devices
    WHERE id = ${id} AND user_id = ${userId} AND expires_at_ms > ${nowMs}`;
}

/** Refused when it was forgotten meanwhile: then the second factor is asked for after all. */
export function useDevice(id: string, nowMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE remembered_devices SET last_used_at_ms = ${nowMs} WHERE id = ${id} AND expires_at_ms > ${nowMs}`,
  );
}

export function deleteExpiredDevices(nowMs: number): Statement {
  return sql`DELETE FROM remembered_devices WHERE expires_at_ms <= ${nowMs}`;
}
