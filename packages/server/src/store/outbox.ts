import type { Statement } from '../base/house.ts';
import type {
  ClaimedMessage,
  OutboxLease,
  OutboxLimits,
  OutboxRow,
  OutboxStatements,
} from '../base/outbox-rows.ts';
import { randomId } from '../base/random-id.ts';
import { mustChange, sql } from './sql.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What was asked for and not queued. Such a row holds no values, and no limit counts it. */
const withheld = 'withheld';

const waiting = sql`sent_at_ms IS NULL AND failed_at_ms IS NULL`;
const freed = sql`sealed_values = NULL, lease_id = NULL, lease_until_ms = 0`;

function held({ id, leaseId }: OutboxLease): Statement {
  return sql`id = ${id} AND lease_id = ${leaseId}`;
}

/** So many were queued for somebody since then. */
function countFor({ channel, purpose, recipientKey }: OutboxRow, sinceMs: number): Statement {
  return sql`(SELECT count(*) FROM outbox WHERE recipient_key = ${recipientKey} AND created_at_ms > ${sinceMs}
    AND channel = ${channel} AND purpose = ${purpose} AND coalesce(fault, '') <> ${withheld})`;
}

function countAll({ channel, purpose }: OutboxRow, sinceMs: number): Statement {
  return sql`(SELECT count(*) FROM outbox WHERE channel = ${channel} AND purpose = ${purpose}
    AND created_at_ms > ${sinceMs} AND coalesce(fault, '') <> ${withheld})`;
}

/** Counting and queueing are one statement: of any number of callers no more get in than the limits say. */
function queue(row: OutboxRow, limits: OutboxLimits): Statement<{ queuedMessageId: string }> {
  const { createdAtMs: atMs } = row;
  return sql<{ queuedMessageId: string }>`INSERT INTO outbox
    (id, channel, purpose, recipient, recipient_key, template, language, sealed_values,
      created_at_ms, give_up_at_ms, next_attempt_ms)
    SELECT ${row.id}, ${row.channel}, ${row.purpose}, ${row.recipient}, ${row.recipientKey}, ${row.template},
      ${row.language}, ${row.sealedValues}, ${atMs}, ${row.giveUpAtMs}, ${atMs}
    WHERE ${countFor(row, atMs - hourMs)} < ${limits.perRecipientHour}
      AND ${countFor(row, atMs - dayMs)} < ${limits.perRecipientDay}
      AND ${countAll(row, atMs - hourMs)} < ${limits.perHour}
    RETURNING id AS "queuedMessageId"`;
}

/** Once an hour for each recipient, so that the note is no flood itself. */
function noteWithheld(row: OutboxRow): readonly Statement[] {
  const { id, channel, purpose, createdAtMs: atMs } = row;
  const detail = JSON.stringify({ channel, purpose, template: row.template });
  return [
    sql`INSERT INTO outbox (id, channel, purpose, recipient, recipient_key, template, language,
        created_at_ms, give_up_at_ms, next_attempt_ms, failed_at_ms, fault)
      SELECT ${id}, ${channel}, ${purpose}, ${row.recipient}, ${row.recipientKey}, ${row.template},
        ${row.language}, ${atMs}, ${atMs}, ${atMs}, ${atMs}, ${withheld}
      WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE id = ${id})
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE recipient_key = ${row.recipientKey}
          AND created_at_ms > ${atMs - hourMs} AND channel = ${channel} AND purpose = ${purpose}
          AND fault = ${withheld})`,
    sql`INSERT INTO audit (id, at_ms, action, actor, subject, detail)
      SELECT ${randomId()}, ${atMs}, 'message.withheld', 'server', id, ${detail}
      FROM outbox WHERE id = ${id} AND fault = ${withheld}`,
  ];
}

/** Statements over the queue of messages, handed to `mail` by `main`. */
export const outboxStatements: OutboxStatements = {
  write: (row, limits) => [queue(row, limits), ...noteWithheld(row)],

  findDue(channel, nowMs) {
    return sql<{ id: string }>`SELECT id FROM outbox WHERE channel = ${channel} AND ${waiting}
      AND next_attempt_ms <= ${nowMs} AND lease_until_ms <= ${nowMs} LIMIT 1`;
  },

  claim({ channel, leaseId, limit, nowMs, untilMs, mayRepeat }) {
    const isFree = sql`channel = ${channel} AND ${waiting} AND next_attempt_ms <= ${nowMs}
      AND lease_until_ms <= ${nowMs} ${mayRepeat ? sql`` : sql`AND lease_id IS NULL`}`;
    return sql<ClaimedMessage>`UPDATE outbox
      SET lease_id = ${leaseId}, lease_until_ms = ${untilMs}, attempts = attempts + 1
      WHERE id IN (SELECT id FROM outbox WHERE ${isFree} ORDER BY purpose, created_at_ms LIMIT ${limit})
        AND ${isFree}
      RETURNING id, channel, recipient, template, language, sealed_values AS "sealedValues",
        created_at_ms AS "createdAtMs", give_up_at_ms AS "giveUpAtMs", attempts`;
  },

  failUnknown({ channel, nowMs }) {
    return sql<{ id: string }>`UPDATE outbox SET failed_at_ms = ${nowMs}, fault = 'outcome_unknown', ${freed}
      WHERE channel = ${channel} AND ${waiting} AND lease_id IS NOT NULL AND lease_until_ms <= ${nowMs}
      RETURNING id`;
  },

  noteSent(lease, atMs) {
    return mustChange(
      1,
      sql`UPDATE outbox SET sent_at_ms = ${atMs}, fault = NULL, ${freed} WHERE ${held(lease)}`,
    );
  },

  noteAgain(lease, { nextAttemptMs, fault }) {
    return mustChange(
      1,
      sql`UPDATE outbox SET next_attempt_ms = ${nextAttemptMs}, fault = ${fault}, lease_id = NULL, lease_until_ms = 0
        WHERE ${held(lease)}`,
    );
  },

  noteFailed(lease, { atMs, fault }) {
    return mustChange(
      1,
      sql`UPDATE outbox SET failed_at_ms = ${atMs}, fault = ${fault}, ${freed} WHERE ${held(lease)}`,
    );
  },

  forget(beforeMs) {
    return sql`DELETE FROM outbox WHERE coalesce(sent_at_ms, failed_at_ms, give_up_at_ms) < ${beforeMs}`;
  },
};

/** Whether an act queued a message, out of what it returned. */
export function hasQueuedMessage(results: readonly { readonly rows: readonly unknown[] }[]): boolean {
  return results.some(({ rows }) =>
    rows.some((row) => typeof row === 'object' && row !== null && 'queuedMessageId' in row),
  );
}
