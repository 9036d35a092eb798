/** What a signed head says: the feed's state at a time of the database's clock. */
export interface FeedHead {
  readonly issuer: string;
  readonly seq: number;
  /** 32 bytes: the chain over all events up to `seq`. */
  readonly hash: Uint8Array;
  /** `t`: milliseconds since 1970; everything committed before is in the chain. */
  readonly timeMs: number;
  readonly ttlMaxSeconds: number;
  /** A verifier whose `seq` is below crosses by a snapshot. */
  readonly gap: number;
  /** A snapshot that can be had; absent where the stream leaves it out. */
  readonly snapshot: SnapshotReference | undefined;
}

export interface SnapshotReference {
  readonly seq: number;
  /** 32 bytes: the chain at `seq`. */
  readonly hash: Uint8Array;
  /** 32 bytes: SHA-256 of the snapshot's bytes. */
  readonly content: Uint8Array;
}
