import {
  encodeEventHead,
  type EventScope,
  eventTypes,
  fingerprint,
  isEpochScope,
} from '@countersign/revocation';
import type { Feed, Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { mustChange, sql } from './sql.ts';

export interface FeedRow {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly ttlMaxSeconds: number;
  readonly gap: number;
  readonly fingerprintKey: Uint8Array;
}

export interface RevocationEvent {
  readonly scope: EventScope;
  /** `jti`, `sid`, `sub`, `client_id`, `tid` or `kid`; empty for `everything`. */
  readonly subject: string;
  readonly reason: string;
}

export function readFeed(): Statement<FeedRow> {
  return sql<FeedRow>`SELECT seq, hash, ttl_max_seconds AS "ttlMaxSeconds", gap,
    fingerprint_key AS "fingerprintKey" FROM feed`;
}

/**
 * Two statements an event, last in the list of their act. The first locks the
 * feed's row, so the order of commits is the order of numbers; the second
 * reads its number from the row that the first has locked.
 */
export function publishEvents(
  feed: Feed,
  act: { readonly id: string; readonly atMs: number },
  events: readonly RevocationEvent[],
): Statement[] {
  const notAfterSeconds = Math.ceil(act.atMs / 1000) + feed.ttlMaxSeconds;
  return events.flatMap((event) => {
    const head = encodeEventHead({
      scope: event.scope,
      notAfterSeconds,
      fingerprint: fingerprint(
        feed.fingerprintKey,
        eventTypes[event.scope],
        event.subject === '' ? [] : [event.subject],
      ),
    });
    const takesEpoch = isEpochScope(event.scope) ? 1 : 0;
    return [
      mustChange(
        1,
        sql`UPDATE feed SET seq = seq + 1, hash = next_hash(hash, ${head}, ${takesEpoch} * (seq + 1))`,
      ),
      mustChange(
        1,
        sql`INSERT INTO revocations
          (seq, id, act_id, scope, subject, reason, event_head, epoch, not_after_seconds, created_at_ms)
          SELECT seq, ${randomId()}, ${act.id}, ${event.scope}, ${event.subject}, ${event.reason},
            ${head}, ${takesEpoch} * seq, ${notAfterSeconds}, ${act.atMs} FROM feed`,
      ),
    ];
  });
}

/** A new database begins behind a declared gap, at the clock in microseconds. */
export function firstFeedRow(row: {
  readonly nowMs: number;
  readonly ttlMaxSeconds: number;
  readonly fingerprintKey: Uint8Array;
}): Statement {
  const gap = row.nowMs * 1000 + 1;
  return sql`INSERT INTO feed (only_row, seq, hash, t_ms, ttl_max_seconds, gap, fingerprint_key)
    VALUES (1, ${gap}, ${new Uint8Array(32)}, ${row.nowMs}, ${row.ttlMaxSeconds}, ${gap}, ${row.fingerprintKey})
    ON CONFLICT (only_row) DO NOTHING`;
}

/** Raised before anyone mints a longer token; never lowered by this statement. */
export function raiseTtlMax(seconds: number): Statement {
  return sql`UPDATE feed SET ttl_max_seconds = ${seconds} WHERE ttl_max_seconds < ${seconds}`;
}

/** Lowered once every token that was minted under the old value is dead. */
export function lowerTtlMax(from: number, to: number): Statement {
  return sql`UPDATE feed SET ttl_max_seconds = ${to} WHERE ttl_max_seconds = ${from}`;
}
