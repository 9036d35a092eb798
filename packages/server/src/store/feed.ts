import type {
  FeedState,
  FeedStatements,
  FollowerRow,
  FollowingClient,
  HeadRow,
  LoggedEvent,
} from '../base/feed-rows.ts';
import type { Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { recordAct } from './audit.ts';
import { list, sql } from './sql.ts';

const haltName = 'feed halted';

const eventColumns = sql`seq, event_head AS "eventHead", epoch`;

/** Lifts the halt of `feedStatements.halt`; belongs to the act that declares the gap. */
export function liftHalt(): Statement {
  return sql`DELETE FROM house WHERE name = ${haltName}`;
}

/** Statements over the feed's tables, handed to `feed` by `main`. */
export const feedStatements: FeedStatements = {
  readState() {
    return sql<FeedState>`SELECT seq, hash, t_ms AS "timeMs", ttl_max_seconds AS "ttlMaxSeconds", gap,
      gap_hash AS "gapHash", fingerprint_key AS "fingerprintKey",
      (SELECT count(*) FROM house WHERE name = ${haltName}) AS "isHalted" FROM feed`;
  },

  findFirstOfUse(nowSeconds) {
    return sql<{
      seq: number | null;
    }>`SELECT min(seq) AS seq FROM revocations WHERE not_after_seconds >= ${nowSeconds}`;
  },

  readKeyEvents({ after, before, limit }) {
    return sql<LoggedEvent>`SELECT ${eventColumns} FROM revocations
      WHERE scope = 'key' AND seq > ${after} AND seq < ${before} ORDER BY seq LIMIT ${limit}`;
  },

  readEvents({ after, limit }) {
    return sql<LoggedEvent>`SELECT ${eventColumns} FROM revocations
      WHERE seq > ${after} ORDER BY seq LIMIT ${limit}`;
  },

  findHash(seq) {
    return sql<{ hash: Uint8Array }>`SELECT hash FROM revocations WHERE seq = ${seq} AND hash IS NOT NULL`;
  },

  tick(nowMs) {
    return sql<HeadRow>`UPDATE feed SET t_ms = CASE WHEN t_ms > ${nowMs} THEN t_ms ELSE ${nowMs} END
      RETURNING seq, hash, t_ms AS "timeMs", ttl_max_seconds AS "ttlMaxSeconds", gap`;
  },

  deleteExpired({ beforeSeconds, limit }) {
    return sql`DELETE FROM revocations WHERE seq IN (
      SELECT seq FROM revocations WHERE not_after_seconds < ${beforeSeconds} AND scope <> 'key'
        AND seq < (SELECT max(seq) FROM revocations)
        AND NOT EXISTS (SELECT 1 FROM webhooks WHERE disabled_at_ms IS NULL AND cursor_seq < revocations.seq)
        ORDER BY not_after_seconds LIMIT ${limit})`;
  },

  findClients(ids) {
    return sql<FollowingClient>`SELECT id, secret_hash AS "secretHash", scopes, disabled_at_ms AS "disabledAtMs"
      FROM clients WHERE id IN (${list(ids)})`;
  },

  readRoll(nowMs) {
    return sql<FollowerRow>`SELECT process, client_id AS "clientId", max_staleness_seconds AS "maxStalenessSeconds",
      horizon_seconds AS "horizonSeconds", last_seen_ms AS "lastSeenMs", lease_until_ms AS "leaseUntilMs"
      FROM feed_followers WHERE lease_until_ms >= ${nowMs}`;
  },

  saveFollower(row) {
    return sql`INSERT INTO feed_followers
      (process, client_id, max_staleness_seconds, horizon_seconds, last_seen_ms, lease_until_ms)
      VALUES (${row.process}, ${row.clientId}, ${row.maxStalenessSeconds}, ${row.horizonSeconds},
        ${row.lastSeenMs}, ${row.leaseUntilMs})
      ON CONFLICT (process) DO UPDATE SET client_id = excluded.client_id,
        max_staleness_seconds = excluded.max_staleness_seconds, horizon_seconds = excluded.horizon_seconds,
        last_seen_ms = excluded.last_seen_ms, lease_until_ms = excluded.lease_until_ms`;
  },

  forgetFollowers(beforeMs) {
    return sql`DELETE FROM feed_followers WHERE lease_until_ms < ${beforeMs}`;
  },

  halt(atMs, detail) {
    const note = Buffer.from(JSON.stringify({ at_ms: atMs, ...detail }));
    return [
      recordAct({
        id: randomId(),
        atMs,
        action: 'feed.rollback-proven',
        actor: 'server',
        subject: 'feed',
        detail,
      }),
      sql`INSERT INTO house (name, value) VALUES (${haltName}, ${note}) ON CONFLICT DO NOTHING`,
    ];
  },
};
