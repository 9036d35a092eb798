import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export function countDevices(userId: string, nowMs: number): Statement<{ devices: number }> {
  return sql<{ devices: number }>`SELECT count(*) AS devices FROM remembered_devices
    WHERE user_id = ${userId} AND expires_at_ms > ${nowMs}`;
}
