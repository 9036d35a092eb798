import type { KeySet } from '@countersign/tokens';

/** What the issuer says of its feed, over TLS and never through a relay. */
export interface FeedKeys {
  /** Whose keys these are, by the answer itself. */
  readonly issuer: string;
  /** Keys that sign heads and nothing else. */
  readonly keys: KeySet;
  /** 16 bytes, see `fingerprint`. */
  readonly fingerprintKey: Uint8Array;
}

/** Events in sequence, from `after + 1` to the `seq` of the head, and that head. */
export interface Batch {
  readonly after: number;
  /** 24 bytes each; none in an idle second. */
  readonly events: Uint8Array;
  /** Compact JWS, not yet verified. */
  readonly head: string;
}

/** What was asked for lies before what the feed still holds: cross by a snapshot. */
export interface Gone {
  readonly kind: 'gone';
}

/** That a process of a guard has applied everything up to `seq`. */
export interface Acknowledgement {
  readonly clientId: string;
  /** 22 base64url characters, drawn when the process starts. */
  readonly process: string;
  readonly seq: number;
  /** The chain's hash at `seq`, 32 bytes. */
  readonly hash: Uint8Array;
  /** The longest of its routes. */
  readonly maxStalenessSeconds: number;
}

/**
 * How a follower talks to the feed. The bytes that come back are untrusted.
 * Every call rejects when it cannot be answered, or when its signal fires.
 */
export interface FeedTransport {
  fetchKeys(signal: AbortSignal): Promise<FeedKeys>;
  fetchHead(signal: AbortSignal): Promise<string>;
  /** Waits up to so long for something new; at 0 the answer comes at once. */
  fetchLog(from: StreamStart, waitSeconds: number, signal: AbortSignal): Promise<Batch | Gone>;
  fetchSnapshot(seq: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | Gone>;
  /** Fulfilled when the stream has ended. */
  openStream(from: StreamStart, onBatch: (batch: Batch) => void, signal: AbortSignal): Promise<Gone | void>;
  acknowledge(acknowledgement: Acknowledgement, signal: AbortSignal): Promise<void>;
}

/** Where a follower stands. */
export interface StreamStart {
  /** The first event that it wants has the number after this one. */
  readonly after: number;
  /** The last head that counted: it lets the issuer see that it was rolled back. */
  readonly lastHead: string | undefined;
}
