import type { Channel, MessageTemplate } from './messages.ts';
import type { Statement } from './house.ts';

/** `asked`: somebody asked for it, perhaps a stranger. `notice`: tells of what has happened to an account. */
export type MessagePurpose = 'asked' | 'notice';

export interface OutboxRow {
  readonly id: string;
  readonly channel: Channel;
  readonly purpose: MessagePurpose;
  readonly recipient: string;
  /** The form that is counted. */
  readonly recipientKey: string;
  readonly template: MessageTemplate;
  readonly language: string;
  readonly sealedValues: Uint8Array;
  readonly createdAtMs: number;
  /** It is not worth sending afterwards. */
  readonly giveUpAtMs: number;
}

/** How many messages of one channel and purpose there may be. */
export interface OutboxLimits {
  readonly perRecipientHour: number;
  readonly perRecipientDay: number;
  readonly perHour: number;
}

/** A message whose turn it is, held by one process for a while. */
export interface ClaimedMessage {
  readonly id: string;
  readonly channel: Channel;
  readonly recipient: string;
  readonly template: string;
  readonly language: string;
  readonly sealedValues: Uint8Array;
  readonly createdAtMs: number;
  readonly giveUpAtMs: number;
  /** This one included. */
  readonly attempts: number;
}

export interface OutboxLease {
  readonly id: string;
  readonly leaseId: string;
}

/** What the queue asks of the store. */
export interface OutboxStatements {
  /** Queues it within the limits; otherwise notes once an hour and recipient that one was withheld. */
  write(row: OutboxRow, limits: OutboxLimits): readonly Statement<unknown>[];
  /** Whether there is a message whose turn it is, which nobody holds. */
  findDue(channel: Channel, nowMs: number): Statement<{ readonly id: string }>;
  /** Returns each row to one of any number of callers: what people wait for first, then the oldest. */
  claim(request: {
    readonly channel: Channel;
    readonly leaseId: string;
    readonly limit: number;
    readonly nowMs: number;
    readonly untilMs: number;
    /** Whether one that a process held that is gone may be taken: it may have been sent. */
    readonly mayRepeat: boolean;
  }): Statement<ClaimedMessage>;
  /** Ends what a process held that is gone, where the receiver could not tell a repeat. */
  failUnknown(request: {
    readonly channel: Channel;
    readonly nowMs: number;
  }): Statement<{ readonly id: string }>;
  /** The values are gone at once. Refused when the lease was lost, as are the following. */
  noteSent(lease: OutboxLease, atMs: number): Statement;
  noteAgain(
    lease: OutboxLease,
    failed: { readonly nextAttemptMs: number; readonly fault: string },
  ): Statement;
  noteFailed(lease: OutboxLease, failed: { readonly atMs: number; readonly fault: string }): Statement;
  /** Rows that were finished, or not worth sending any more, before. */
  forget(beforeMs: number): Statement;
}
