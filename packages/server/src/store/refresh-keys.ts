import type { RefreshKeyRow, RefreshKeyStatements } from '../base/key-rows.ts';
import { sql } from './sql.ts';

/** Statements over `refresh_keys`, handed to `keys` by `main`. */
export const refreshKeyStatements: RefreshKeyStatements = {
  readAll() {
    return sql<RefreshKeyRow>`SELECT version, sealed_key AS "sealedKey", created_at_ms AS "createdAtMs"
      FROM refresh_keys ORDER BY version`;
  },

  insert(row) {
    return sql`INSERT INTO refresh_keys (version, sealed_key, created_at_ms)
      VALUES (${row.version}, ${row.sealedKey}, ${row.createdAtMs})
      ON CONFLICT (version) DO NOTHING`;
  },

  deleteBefore(version) {
    return sql`DELETE FROM refresh_keys WHERE version < ${version}`;
  },
};
