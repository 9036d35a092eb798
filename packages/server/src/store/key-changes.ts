import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

/** What moves when a signing key is compromised, and when a gap is declared. */
export interface KeyChanges {
  readonly gap: number;
  readonly lastKeyEvent: number | null;
}

export function readKeyChanges(): Statement<KeyChanges> {
  return sql<KeyChanges>`SELECT gap, (SELECT max(seq) FROM revocations WHERE scope = 'key') AS "lastKeyEvent"
    FROM feed`;
}
