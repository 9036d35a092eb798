import type { Statement } from './house.ts';

/** The feed as one read sees it. */
export interface FeedState {
  readonly seq: number;
  readonly hash: Uint8Array;
  /** The latest head's time. */
  readonly timeMs: number;
  readonly ttlMaxSeconds: number;
  readonly gap: number;
  /** The chain at `gap`. */
  readonly gapHash: Uint8Array;
  readonly fingerprintKey: Uint8Array;
  /** 1 once a rollback was proven that nobody declared. */
  readonly isHalted: 0 | 1;
}

/** What a head says, as it was committed. */
export type HeadRow = Pick<FeedState, 'seq' | 'hash' | 'timeMs' | 'ttlMaxSeconds' | 'gap'>;

export interface LoggedEvent {
  readonly seq: number;
  /** 16 of the event's 24 bytes. */
  readonly eventHead: Uint8Array;
  /** The other 8 as a number. */
  readonly epoch: number;
}

/** A client whose processes follow the feed. */
export interface FollowingClient {
  readonly id: string;
  readonly secretHash: Uint8Array | null;
  /** Names separated by spaces. */
  readonly scopes: string;
  readonly disabledAtMs: number | null;
}

/** A process of a guard that may be alive. */
export interface FollowerRow {
  readonly process: string;
  readonly clientId: string;
  /** The longest of its routes, ever. */
  readonly maxStalenessSeconds: number;
  /** So long after it heard the last head it accepts no token at all, not even one of a stolen key. */
  readonly horizonSeconds: number;
  readonly lastSeenMs: number;
  /** Written ahead: until then it may have been seen by a server that has stopped since. */
  readonly leaseUntilMs: number;
}

/** What `feed` asks of the database, so that the room need not know its tables. */
export interface FeedStatements {
  readState(): Statement<FeedState>;
  /** The first number whose event may still be of use, `key` events aside. */
  findFirstOfUse(nowSeconds: number): Statement<{ readonly seq: number | null }>;
  /** `key` events before a number. */
  readKeyEvents(page: {
    readonly after: number;
    readonly before: number;
    readonly limit: number;
  }): Statement<LoggedEvent>;
  readEvents(page: { readonly after: number; readonly limit: number }): Statement<LoggedEvent>;
  /** The chain's hash at a number that an event has. */
  findHash(seq: number): Statement<{ readonly hash: Uint8Array }>;
  /** The head's time never goes back. */
  tick(nowMs: number): Statement<HeadRow>;
  /** The last event stays: by it a server that starts sees that none is missing. */
  deleteExpired(page: { readonly beforeSeconds: number; readonly limit: number }): Statement;
  findClients(ids: readonly string[]): Statement<FollowingClient>;
  readRoll(nowMs: number): Statement<FollowerRow>;
  saveFollower(row: FollowerRow): Statement;
  forgetFollowers(beforeMs: number): Statement;
  /** With its audit row; changes nothing when it is halted already. */
  halt(atMs: number, detail: Readonly<Record<string, string | number>>): readonly Statement[];
}
