import type { OutgoingMessage } from './messages.ts';

/** What became of one attempt. Faults are for administrators and hold nothing of the message or of an answer. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** `channel`: others would fare alike, so that they wait too. */
  | { readonly kind: 'later'; readonly fault: string; readonly concerns: 'message' | 'channel' }
  | { readonly kind: 'never'; readonly fault: string };

/** One way out of the house, for one channel. */
export interface Transport {
  /**
   * Whether the receiver can tell a message that comes twice by its id. Where it
   * cannot, an attempt that nobody knows the end of is not repeated.
   */
  readonly recognisesRepeats: boolean;
  /** How many attempts may run beside each other. */
  readonly maxAtOnce: number;
  /** Ends within `attemptLimitMs`. Does not reject for what can happen. */
  send(message: OutgoingMessage): Promise<SendOutcome>;
  /** Lets go of connections; what runs then fails. */
  close(): void;
}

/** The queue holds a message for longer than an attempt may take. */
export const attemptLimitMs = 40_000;
