/**
 * Where the endpoints of a feed get what they serve: the issuer's own log, or
 * what a relay has followed. Heads are handed on as they were signed.
 */
export interface FeedSource {
  /**
   * Events after one number up to another, 24 bytes each.
   * @returns undefined when some of them are not held
   */
  read(after: number, to: number): Uint8Array | undefined;
  /**
   * The newest head, at most a second old, with everything in it that was
   * committed before the call. Its events can be read.
   * @throws Refusal `unavailable`
   */
  freshen(): Promise<SourceHead>;
  /** Each new head, in order; while anyone follows there is at least one a second. @returns stops it */
  follow(listener: (head: SourceHead) => void): () => void;
  /**
   * A compact head that names a snapshot which `findSnapshot` has.
   * @throws Refusal `unavailable`
   */
  fetchHeadWithSnapshot(): Promise<string>;
  /** @returns undefined when it is not, or no longer, held */
  findSnapshot(seq: number): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined>;
  /** The last head that counted for a follower. Only the issuer can learn from it. Does not throw. */
  examineLastHead(jws: string): Promise<void>;
}

export interface SourceHead {
  readonly seq: number;
  /** Compact, without a snapshot. */
  readonly jws: string;
}

/** Who follows, by the credential that was checked when it connected. */
export interface FollowerCredential {
  readonly clientId: string;
  /** SHA-256 of the client's secret, in base64url. */
  readonly secretMark: string;
}

/** The source as HTTP hands it out. */
export interface FeedDesk<Credential = FollowerCredential> {
  /** @returns a batch as text, a long one at the pace of its reader; undefined when the follower has to cross by a snapshot */
  answerLog(request: {
    readonly after: number;
    readonly waitSeconds: number;
    readonly credential: Credential;
  }): Promise<string | ReadableStream<Uint8Array> | undefined>;
  /** @returns server-sent events, or undefined when the follower has to cross by a snapshot */
  openStream(request: {
    readonly after: number;
    readonly credential: Credential;
  }): Promise<ReadableStream<Uint8Array> | undefined>;
  readonly followers: readonly Credential[];
  /** Ends the streams of those that the test names. */
  endStreams(isOver: (credential: Credential) => boolean): void;
  /** Ends all streams and answers all that wait. */
  close(): void;
}
