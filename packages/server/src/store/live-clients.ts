import type { Statement } from '../base/house.ts';
import { findDenials } from './live-tokens.ts';
import { sql } from './sql.ts';

export interface LiveClientRow {
  readonly id: string;
  readonly secretHash: Uint8Array;
  /** Names separated by spaces. */
  readonly scopes: string;
}

/** The machine client of a token that nothing denies, unless it is disabled. */
export function findUndeniedClient(token: Parameters<typeof findDenials>[0]): Statement<LiveClientRow> {
  return sql<LiveClientRow>`SELECT id, secret_hash AS "secretHash", scopes FROM clients
    WHERE id = ${token.clientId} AND secret_hash IS NOT NULL AND disabled_at_ms IS NULL
      AND NOT EXISTS (${findDenials(token)})`;
}
