import type { EventScope } from '@countersign/revocation';
import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export interface RevocationRow {
  readonly seq: number;
  readonly scope: EventScope;
  /** Empty for `everything`. */
  readonly subject: string;
  readonly reason: string;
  readonly createdAtMs: number;
  /** As the audit table names it; null where its row is gone. */
  readonly actor: string | null;
}

/** Newest first. Events that can deny no token alive are deleted after a day. */
export function listRevocationRows(page: {
  readonly before: number;
  readonly limit: number;
}): Statement<RevocationRow> {
  return sql<RevocationRow>`SELECT seq, scope, subject, reason, created_at_ms AS "createdAtMs",
      (SELECT actor FROM audit WHERE audit.id = act_id) AS actor
    FROM revocations WHERE seq < ${page.before} ORDER BY seq DESC LIMIT ${page.limit}`;
}
