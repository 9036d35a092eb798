/** Endpoints that are told of revocations. The log is the queue: a row holds how far its endpoint is. */
export const webhookTables: readonly string[] = [
  `CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    cursor_seq BIGINT NOT NULL,
    created_at_ms BIGINT NOT NULL,
    disabled_at_ms BIGINT,
    delivered_at_ms BIGINT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since_ms BIGINT,
    fault TEXT,
    next_attempt_ms BIGINT NOT NULL DEFAULT 0,
    lease_id TEXT,
    lease_until_ms BIGINT NOT NULL DEFAULT 0
  )`,
];
