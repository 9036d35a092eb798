import type { EventScope } from '@countersign/revocation';
import type { Statement } from './house.ts';

/** An endpoint whose turn it is, held by one process for a while. */
export interface ClaimedWebhook {
  readonly id: string;
  readonly url: string;
  readonly sealedSecret: Uint8Array;
  /** Number of the last event that was delivered. */
  readonly cursorSeq: number;
  /** Attempts that failed since one succeeded. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
}

/** An event of the feed, as endpoints are told of it. */
export interface WebhookEvent {
  readonly seq: number;
  readonly id: string;
  readonly scope: EventScope;
  readonly subject: string;
  readonly reason: string;
  readonly createdAtMs: number;
}

/** Whose turn it is: only the process that holds it may write. */
export interface WebhookLease {
  readonly id: string;
  readonly leaseId: string;
}

/** What the sender asks of the store. */
export interface WebhookStatements {
  /** Endpoints with something to deliver, which nobody holds. */
  findDue(nowMs: number): Statement<{ readonly id: string }>;
  /** Returns a row to one of any number of callers. */
  claim(
    lease: WebhookLease,
    times: { readonly nowMs: number; readonly untilMs: number },
  ): Statement<ClaimedWebhook>;
  readEvents(page: { readonly after: number; readonly limit: number }): Statement<WebhookEvent>;
  /** Refused when the lease was lost, as are the following. */
  noteDelivered(
    lease: WebhookLease,
    delivered: { readonly seq: number; readonly atMs: number; readonly untilMs: number },
  ): Statement;
  noteFailed(
    lease: WebhookLease,
    failed: { readonly atMs: number; readonly nextAttemptMs: number; readonly fault: string },
  ): Statement;
  /** With its audit row. */
  disable(
    lease: WebhookLease,
    failed: { readonly atMs: number; readonly fault: string },
  ): readonly Statement[];
  release(lease: WebhookLease): Statement;
}
