/**
 * Every way to prove who somebody is beside a password, and what is asked for and not answered yet.
 * A passkey has an id of its own for paths and lists: that of a credential has up to 1364 characters. `rp_id` is what it
 * was made for: it works for nothing else.
 * A challenge's `id` is the hash of the secret that its holder has; `slot` holds at most one of its name.
 */
export const proofTables: readonly string[] = [
  'ALTER TABLE users ADD COLUMN email_verified_at_ms BIGINT',
  'ALTER TABLE users ADD COLUMN language TEXT',
  'ALTER TABLE users ADD COLUMN delete_after_ms BIGINT',
  `CREATE TABLE factors (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    target TEXT,
    sealed_secret BLOB,
    last_step BIGINT NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    confirmed_at_ms BIGINT,
    last_used_at_ms BIGINT
  )`,
  'CREATE UNIQUE INDEX factors_confirmed ON factors (user_id, kind) WHERE confirmed_at_ms IS NOT NULL',
  'CREATE UNIQUE INDEX factors_pending ON factors (user_id, kind) WHERE confirmed_at_ms IS NULL',
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
  `CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash BLOB NOT NULL,
    created_at_ms BIGINT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
  )`,
  `CREATE TABLE challenges (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    slot TEXT UNIQUE,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    user_generation INTEGER,
    detail TEXT NOT NULL,
    code_mac BLOB,
    code_expires_at_ms BIGINT NOT NULL DEFAULT 0,
    code_sends INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
  )`,
  'CREATE INDEX challenges_by_user ON challenges (user_id)',
  'CREATE INDEX challenges_by_expiry ON challenges (expires_at_ms)',
  `CREATE TABLE remembered_devices (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent TEXT,
    created_at_ms BIGINT NOT NULL,
    last_used_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL
  )`,
  'CREATE INDEX remembered_devices_by_user ON remembered_devices (user_id)',
];
