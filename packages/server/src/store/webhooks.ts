import type { Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import type { ClaimedWebhook, WebhookEvent, WebhookLease, WebhookStatements } from '../base/webhook-rows.ts';
import { recordAct } from './audit.ts';
import { mustChange, sql } from './sql.ts';

/** An endpoint as administrators see it: the secret is never read here. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly createdAtMs: number;
  readonly disabledAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly failingSinceMs: number | null;
  /** Why the last attempt failed, if it did. */
  readonly fault: string | null;
}

const columns = sql`id, url, created_at_ms AS "createdAtMs", disabled_at_ms AS "disabledAtMs",
  delivered_at_ms AS "deliveredAtMs", failing_since_ms AS "failingSinceMs", fault`;

export function findWebhook(id: string): Statement<WebhookRow> {
  return sql<WebhookRow>`SELECT ${columns} FROM webhooks WHERE id = ${id}`;
}

/** What one attempt outside of the order needs. */
export function findWebhookTarget(id: string): Statement<{ url: string; sealedSecret: Uint8Array }> {
  return sql<{ url: string; sealedSecret: Uint8Array }>`SELECT url, sealed_secret AS "sealedSecret"
    FROM webhooks WHERE id = ${id}`;
}

export function countWebhooks(): Statement<{ count: number }> {
  return sql<{ count: number }>`SELECT count(*) AS count FROM webhooks`;
}

/** Newest first. */
export function listWebhookRows(page: {
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}): Statement<WebhookRow> {
  const { atMs, id } = page.after;
  return sql<WebhookRow>`SELECT ${columns} FROM webhooks
    WHERE created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id})
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

/** It is told of what is committed from now on. */
export function insertWebhook(webhook: {
  readonly id: string;
  readonly url: string;
  readonly sealedSecret: Uint8Array;
  readonly createdAtMs: number;
}): Statement {
  return sql`INSERT INTO webhooks (id, url, sealed_secret, cursor_seq, created_at_ms)
    SELECT ${webhook.id}, ${webhook.url}, ${webhook.sealedSecret}, seq, ${webhook.createdAtMs} FROM feed`;
}

/** Takes it out of the order; a process that holds it just now loses it. */
export function disableWebhook(id: string, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE webhooks SET disabled_at_ms = ${atMs}, lease_id = NULL, lease_until_ms = 0 WHERE id = ${id}`,
  );
}

/** It goes on behind what was delivered last, as far as the log still has it. */
export function enableWebhook(id: string): Statement {
  return mustChange(
    1,
    sql`UPDATE webhooks SET disabled_at_ms = NULL, failures = 0, failing_since_ms = NULL, fault = NULL,
      next_attempt_ms = 0 WHERE id = ${id}`,
  );
}

export function deleteWebhookRow(id: string): Statement {
  return mustChange(1, sql`DELETE FROM webhooks WHERE id = ${id}`);
}

function held({ id, leaseId }: WebhookLease): Statement {
  return sql`id = ${id} AND lease_id = ${leaseId}`;
}

/** Statements over the table of endpoints, handed to `webhooks` by `main`. */
export const webhookStatements: WebhookStatements = {
  findDue(nowMs) {
    return sql<{ id: string }>`SELECT id FROM webhooks
      WHERE disabled_at_ms IS NULL AND next_attempt_ms <= ${nowMs} AND lease_until_ms <= ${nowMs}
        AND EXISTS (SELECT 1 FROM revocations WHERE seq > cursor_seq)`;
  },

  claim({ id, leaseId }, { nowMs, untilMs }) {
    return sql<ClaimedWebhook>`UPDATE webhooks SET lease_id = ${leaseId}, lease_until_ms = ${untilMs}
      WHERE id = ${id} AND disabled_at_ms IS NULL AND next_attempt_ms <= ${nowMs} AND lease_until_ms <= ${nowMs}
      RETURNING id, url, sealed_secret AS "sealedSecret", cursor_seq AS "cursorSeq", failures,
        failing_since_ms AS "failingSinceMs"`;
  },

  readEvents({ after, limit }) {
    return sql<WebhookEvent>`SELECT seq, id, scope, subject, reason, created_at_ms AS "createdAtMs"
      FROM revocations WHERE seq > ${after} ORDER BY seq LIMIT ${limit}`;
  },

  noteDelivered(lease, { seq, atMs, untilMs }) {
    return mustChange(
      1,
      sql`UPDATE webhooks SET cursor_seq = ${seq}, delivered_at_ms = ${atMs}, failures = 0, failing_since_ms = NULL,
        fault = NULL, lease_until_ms = ${untilMs} WHERE ${held(lease)}`,
    );
  },

  noteFailed(lease, { atMs, nextAttemptMs, fault }) {
    return mustChange(
      1,
      sql`UPDATE webhooks SET failures = failures + 1, failing_since_ms = coalesce(failing_since_ms, ${atMs}),
        fault = ${fault}, next_attempt_ms = ${nextAttemptMs}, lease_id = NULL, lease_until_ms = 0
        WHERE ${held(lease)}`,
    );
  },

  disable(lease, { atMs, fault }) {
    return [
      recordAct({
        id: randomId(),
        atMs,
        action: 'webhook.disabled',
        actor: 'server',
        subject: lease.id,
        detail: { fault },
      }),
      mustChange(
        1,
        sql`UPDATE webhooks SET disabled_at_ms = ${atMs}, fault = ${fault}, failures = failures + 1,
          failing_since_ms = coalesce(failing_since_ms, ${atMs}), lease_id = NULL, lease_until_ms = 0
          WHERE ${held(lease)}`,
      ),
    ];
  },

  release(lease) {
    return sql`UPDATE webhooks SET lease_id = NULL, lease_until_ms = 0 WHERE ${held(lease)}`;
  },
};
