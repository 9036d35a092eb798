/**
 * What the endpoints of the revocation feed need: the chain's hash beside each
 * event, so that a follower's position can be looked up; keys that sign heads;
 * and the guards that may be alive.
 */
export const feedTables: readonly string[] = [
  `ALTER TABLE feed ADD COLUMN gap_hash BLOB NOT NULL DEFAULT x'${'00'.repeat(32)}'`,
  'ALTER TABLE revocations ADD COLUMN hash BLOB',
  `WITH RECURSIVE chain (seq, hash) AS (
    SELECT gap, gap_hash FROM feed
    UNION ALL
    SELECT event.seq, next_hash(chain.hash, event.event_head, event.epoch)
      FROM chain JOIN revocations AS event ON event.seq = chain.seq + 1
  )
  UPDATE revocations SET hash = chain.hash FROM chain WHERE chain.seq = revocations.seq`,
  'CREATE INDEX revocations_by_expiry ON revocations (not_after_seconds, seq)',
  "CREATE INDEX revocations_of_keys ON revocations (seq) WHERE scope = 'key'",
  `CREATE TABLE feed_keys (
    key_id TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private_jwk BLOB NOT NULL,
    created_at_ms BIGINT NOT NULL,
    signs_from_ms BIGINT NOT NULL,
    signs_until_ms BIGINT,
    published_until_ms BIGINT,
    compromised_at_ms BIGINT
  )`,
  `CREATE TABLE feed_followers (
    process TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    max_staleness_seconds INTEGER NOT NULL,
    horizon_seconds INTEGER NOT NULL,
    last_seen_ms BIGINT NOT NULL,
    lease_until_ms BIGINT NOT NULL
  )`,
  'CREATE INDEX feed_followers_by_lease ON feed_followers (lease_until_ms)',
];
