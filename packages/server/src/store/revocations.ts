import {
  encodeEventHead,
  type EventScope,
  eventTypes,
  fingerprint,
  isEpochScope,
} from '@countersign/revocation';
import type { Feed, Statement, StatementResult } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { mustChange, sql } from './sql.ts';

export interface RevocationEvent {
  readonly scope: EventScope;
  /** `jti`, `sid`, `sub`, `client_id`, `tid` or `kid`; empty for `everything`. */
  readonly subject: string;
  readonly reason: string;
}

/** How long after its act began an event may be committed, or the longest life of a token be raised unheard. */
const waitSeconds = 30;

/**
 * Two statements an event, last in the list of their act. The first locks the
 * feed's row, so the order of commits is the order of numbers; the second
 * reads its number from the row that the first has locked.
 */
export function publishEvents(
  feed: Pick<Feed, 'fingerprintKey' | 'ttlMaxSeconds'>,
  act: { readonly id: string; readonly atMs: number },
  events: readonly RevocationEvent[],
): Statement<unknown>[] {
  const notAfterSeconds = Math.ceil(act.atMs / 1000) + feed.ttlMaxSeconds + waitSeconds;
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
          (seq, id, act_id, scope, subject, reason, event_head, epoch, not_after_seconds, created_at_ms, hash)
          SELECT seq, ${randomId()}, ${act.id}, ${event.scope}, ${event.subject}, ${event.reason},
            ${head}, ${takesEpoch} * seq, ${notAfterSeconds}, ${act.atMs}, hash FROM feed
          RETURNING seq`,
      ),
    ];
  });
}

/** The number of the last event, out of what an act returned; undefined when it does not end with `publishEvents`. */
export function findLastSequence(results: readonly StatementResult<unknown>[]): number | undefined {
  const row = results.at(-1)?.rows[0];
  if (typeof row !== 'object' || row === null || !('seq' in row)) return undefined;
  return typeof row.seq === 'number' ? row.seq : undefined;
}

/** As `findLastSequence`, for an act that always ends with an event. */
export function lastSequence(results: readonly StatementResult<unknown>[]): number {
  const seq = findLastSequence(results);
  if (seq === undefined) throw new TypeError('the act did not end with an event');
  return seq;
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

/**
 * A declared gap: whoever follows crosses by a snapshot. For a database that
 * was restored, or that fell back behind what was handed out; an event for
 * `everything` belongs to the same act, behind this statement.
 */
export function declareFeedGap(nowMs: number): Statement {
  const clock = nowMs * 1000;
  return mustChange(
    1,
    sql`UPDATE feed SET seq = CASE WHEN seq > ${clock} THEN seq ELSE ${clock} END + 1,
      gap = CASE WHEN seq > ${clock} THEN seq ELSE ${clock} END + 1, gap_hash = hash`,
  );
}

/** Raised before anyone mints a longer token; never lowered by this statement. */
export function raiseTtlMax(seconds: number): Statement {
  return sql`UPDATE feed SET ttl_max_seconds = ${seconds} WHERE ttl_max_seconds < ${seconds}`;
}

/** Lowered once every token that was minted under the old value is dead. */
export function lowerTtlMax(from: number, to: number): Statement {
  return sql`UPDATE feed SET ttl_max_seconds = ${to} WHERE ttl_max_seconds = ${from}`;
}
