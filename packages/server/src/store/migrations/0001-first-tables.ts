/**
 * Times are milliseconds since 1970 (`_ms`) or seconds (`_seconds`); ids are
 * 22 base64url characters. `generation` rises when sessions must end.
 */
export const firstTables: readonly string[] = [
  `CREATE TABLE feed (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL,
    t_ms BIGINT NOT NULL,
    ttl_max_seconds INTEGER NOT NULL,
    gap BIGINT NOT NULL,
    fingerprint_key BLOB NOT NULL
  )`,
  `CREATE TABLE revocations (
    seq BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    act_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    event_head BLOB NOT NULL,
    epoch BIGINT NOT NULL,
    not_after_seconds BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    username TEXT,
    username_canonical TEXT UNIQUE,
    name TEXT,
    generation INTEGER NOT NULL DEFAULT 0,
    disabled_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL,
    updated_at_ms BIGINT NOT NULL
  )`,
  'CREATE INDEX users_by_age ON users (created_at_ms, id)',
  `CREATE TABLE deleted_users (
    id TEXT PRIMARY KEY,
    deleted_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE passwords (
    user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    phc TEXT NOT NULL,
    changed_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE roles (
    name TEXT PRIMARY KEY,
    description TEXT NOT NULL,
    built_in INTEGER NOT NULL DEFAULT 0,
    created_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE role_permissions (
    role TEXT NOT NULL REFERENCES roles (name) ON DELETE CASCADE,
    permission TEXT NOT NULL,
    PRIMARY KEY (role, permission)
  )`,
  `CREATE TABLE user_roles (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL REFERENCES roles (name),
    PRIMARY KEY (user_id, role)
  )`,
  'CREATE INDEX user_roles_by_role ON user_roles (role)',
  `CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash BLOB,
    scopes TEXT NOT NULL,
    generation INTEGER NOT NULL DEFAULT 0,
    disabled_at_ms BIGINT,
    created_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    refresh_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    user_generation INTEGER NOT NULL,
    client_generation INTEGER NOT NULL,
    counter INTEGER NOT NULL DEFAULT 0,
    successor_version INTEGER NOT NULL,
    request_hash BLOB,
    overlap_seconds INTEGER NOT NULL,
    windows_used INTEGER NOT NULL DEFAULT 0,
    windows_refilled_at_ms BIGINT NOT NULL,
    window_opened_at_ms BIGINT NOT NULL DEFAULT 0,
    auth_time_seconds BIGINT NOT NULL,
    amr TEXT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT,
    created_at_ms BIGINT NOT NULL,
    rotated_at_ms BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    revoked_at_ms BIGINT,
    revoked_reason TEXT
  )`,
  'CREATE INDEX sessions_by_user ON sessions (user_id)',
  'CREATE INDEX sessions_by_expiry ON sessions (expires_at_ms)',
  `CREATE TABLE signing_keys (
    key_id TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private_jwk BLOB NOT NULL,
    created_at_ms BIGINT NOT NULL,
    signs_from_ms BIGINT NOT NULL,
    signs_until_ms BIGINT,
    published_until_ms BIGINT
  )`,
  `CREATE TABLE refresh_keys (
    version INTEGER PRIMARY KEY,
    sealed_key BLOB NOT NULL,
    created_at_ms BIGINT NOT NULL
  )`,
  `CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at_ms BIGINT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT,
    session_id TEXT,
    request_id TEXT,
    address TEXT,
    user_agent TEXT,
    detail TEXT NOT NULL
  )`,
  'CREATE INDEX audit_by_subject ON audit (subject, seq)',
  'CREATE INDEX audit_by_actor ON audit (actor, seq)',
  'CREATE INDEX audit_by_action ON audit (action, seq)',
  `CREATE TABLE house (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
  )`,
];
