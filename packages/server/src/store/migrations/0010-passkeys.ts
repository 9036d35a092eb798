/**
 * Passkeys get an id of their own for paths and lists: that of a credential has up to 1364 characters. No version has
 * written a row into the table that goes. `rp_id` is what the passkey was made for: it works for nothing else.
 */
export const passkeyTables: readonly string[] = [
  'DROP TABLE passkeys',
  `CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rp_id TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sign_count BIGINT NOT NULL,
    transports TEXT NOT NULL,
    aaguid TEXT NOT NULL,
    is_backup_eligible INTEGER NOT NULL,
    is_backed_up INTEGER NOT NULL,
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT
  )`,
  'CREATE INDEX passkeys_by_user ON passkeys (user_id)',
];
