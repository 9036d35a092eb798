import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export interface DeviceNames {
  readonly userId: string;
  /** As `sourceKey` writes it. */
  readonly source: string;
  /** As `agentFamily` names it. */
  readonly agent: string;
}

/** The account was signed in from here. Does nothing for an account that is gone. */
export function rememberDevice(device: DeviceNames, atMs: number): Statement {
  return sql`INSERT INTO known_devices (user_id, source, agent, seen_at_ms)
    SELECT id, ${device.source}, ${device.agent}, ${atMs} FROM users WHERE id = ${device.userId}
    ON CONFLICT (user_id, source, agent) DO UPDATE SET seen_at_ms = excluded.seen_at_ms`;
}

/** `hasOthers`: the account was signed in from elsewhere, or with something else. */
export function findDevice(device: DeviceNames): Statement<{ isKnown: 0 | 1; hasOthers: 0 | 1 }> {
  return sql<{ isKnown: 0 | 1; hasOthers: 0 | 1 }>`SELECT
    CASE WHEN EXISTS (SELECT 1 FROM known_devices WHERE user_id = ${device.userId}
      AND source = ${device.source} AND agent IN (${device.agent}, '')) THEN 1 ELSE 0 END AS "isKnown",
    CASE WHEN EXISTS (SELECT 1 FROM known_devices WHERE user_id = ${device.userId}) THEN 1 ELSE 0 END AS "hasOthers"`;
}

export function deleteOldDevices(old: { readonly beforeMs: number; readonly limit: number }): Statement {
  return sql`DELETE FROM known_devices WHERE (user_id, source, agent) IN (
    SELECT user_id, source, agent FROM known_devices WHERE seen_at_ms < ${old.beforeMs} LIMIT ${old.limit})`;
}
