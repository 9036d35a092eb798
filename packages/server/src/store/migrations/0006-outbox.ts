/** Messages that are to be sent, and for a day those that were: limits are counted here. */
export const outboxTables: readonly string[] = [
  `CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    template TEXT NOT NULL,
    language TEXT NOT NULL,
    sealed_values BLOB,
    created_at_ms BIGINT NOT NULL,
    give_up_at_ms BIGINT NOT NULL,
    next_attempt_ms BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease_id TEXT,
    lease_until_ms BIGINT NOT NULL DEFAULT 0,
    sent_at_ms BIGINT,
    failed_at_ms BIGINT,
    fault TEXT
  )`,
  'CREATE INDEX outbox_waiting ON outbox (channel, purpose, created_at_ms) WHERE sent_at_ms IS NULL AND failed_at_ms IS NULL',
  // Both are counted at every message, and hold all that the counting reads.
  'CREATE INDEX outbox_by_recipient ON outbox (recipient_key, channel, purpose, created_at_ms, fault)',
  'CREATE INDEX outbox_by_hour ON outbox (channel, purpose, created_at_ms, fault)',
];
