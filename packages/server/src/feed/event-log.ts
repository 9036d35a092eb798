/** A follower that lags by more crosses by a snapshot. */
export const maxBacklog = 20_000;

export const eventBytes = 24;
const eventsPerChunk = 1024;
const keyType = 7;
/** Clocks differ: an event is kept for a little longer than tokens that it denies can live. */
export const graceSeconds = 10;

/** Events in sequence, in memory: for the log endpoint, and what a snapshot is made of. */
export interface EventLog {
  /** Of the last event, or where the log begins. */
  readonly seq: number;
  /** What comes after this number, and nothing before it, can be read. */
  readonly start: number;
  readonly entries: number;
  readonly bytes: number;
  /** Events that follow each other. Where they do not follow the last one, the log starts anew; what was held stays for snapshots. */
  append(events: Uint8Array, after: number): void;
  /** `key` events from before the log: for snapshots alone. */
  keep(events: Uint8Array): void;
  /** Without an event: after a declared gap, or in an empty log. */
  beginAt(seq: number): void;
  /** @returns undefined when some of it is not held */
  read(after: number, to: number): Uint8Array | undefined;
  /** What is of use at a time, up to a number, in sequence; in pieces of at most 24 KiB. */
  ofUse(nowSeconds: number, to: number): Iterable<Uint8Array>;
  /** Drops from the front what is of no use and further back than a follower may lag. */
  prune(nowSeconds: number): void;
}

/** Dense within itself. */
interface Chunk {
  readonly firstSeq: number;
  readonly bytes: Buffer;
  count: number;
  /** The latest `not_after` of those that are not for ever. */
  notAfterSeconds: number;
}

export function createEventLog(beginSeq: number): EventLog {
  const chunks: Chunk[] = [];
  /** `key` events of chunks that were dropped. */
  const kept: Uint8Array[] = [];
  let keptBytes = 0;
  let seq = beginSeq;
  let start = beginSeq;

  const chunkFor = (next: number): Chunk => {
    const last = chunks.at(-1);
    if (last !== undefined && last.firstSeq + last.count === next && last.count < eventsPerChunk) return last;
    const bytes = Buffer.allocUnsafeSlow(eventsPerChunk * eventBytes);
    const chunk = { firstSeq: next, bytes, count: 0, notAfterSeconds: 0 };
    chunks.push(chunk);
    return chunk;
  };
  return {
    get seq() {
      return seq;
    },
    get start() {
      return start;
    },
    get entries() {
      return chunks.reduce((sum, chunk) => sum + chunk.count, keptBytes / eventBytes);
    },
    get bytes() {
      return chunks.length * eventsPerChunk * eventBytes + keptBytes;
    },
    append(events, after) {
      if (after !== seq) start = after;
      seq = after;
      for (let at = 0; at < events.length; at += eventBytes) {
        seq += 1;
        add(chunkFor(seq), events.subarray(at, at + eventBytes));
      }
    },
    keep(events) {
      kept.push(events);
      keptBytes += events.length;
    },
    beginAt(number) {
      seq = number;
      start = number;
    },
    read: (after, to) => (after < start || to > seq || after > to ? undefined : cut(chunks, after, to)),
    *ofUse(nowSeconds, to) {
      const sinceSeconds = nowSeconds - graceSeconds;
      if (kept.length > 0) yield Buffer.concat(kept);
      // The reader may rest between two pieces, and the log go on meanwhile.
      const held = chunks.slice();
      for (const chunk of held) {
        const count = Math.min(chunk.count, to - chunk.firstSeq + 1);
        if (count <= 0) return;
        const piece = filter(
          chunk,
          count,
          (bytes, at) => isKey(bytes, at) || notAfter(bytes, at) >= sinceSeconds,
        );
        if (piece.length > 0) yield piece;
      }
    },
    prune(nowSeconds) {
      for (let chunk = chunks[0]; chunk !== undefined; chunk = chunks[0]) {
        const end = chunk.firstSeq + chunk.count - 1;
        if (end > seq - maxBacklog || chunk.notAfterSeconds >= nowSeconds - graceSeconds) return;
        const keys = Buffer.from(filter(chunk, chunk.count, isKey));
        if (keys.length > 0) {
          kept.push(keys);
          keptBytes += keys.length;
        }
        start = Math.max(start, end);
        chunks.shift();
      }
    },
  };
}

function add(chunk: Chunk, event: Uint8Array): void {
  const at = chunk.count * eventBytes;
  chunk.bytes.set(event, at);
  chunk.count += 1;
  if (!isKey(chunk.bytes, at)) {
    chunk.notAfterSeconds = Math.max(chunk.notAfterSeconds, notAfter(chunk.bytes, at));
  }
}

function isKey(bytes: Buffer, at: number): boolean {
  return bytes[at] === keyType;
}

function notAfter(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at + 4);
}

function cut(chunks: readonly Chunk[], after: number, to: number): Uint8Array {
  const pieces = chunks.flatMap(({ firstSeq, bytes, count }) => {
    const from = Math.max(after + 1, firstSeq);
    const until = Math.min(to, firstSeq + count - 1);
    if (until < from) return [];
    return [bytes.subarray((from - firstSeq) * eventBytes, (until - firstSeq + 1) * eventBytes)];
  });
  // Always a copy: what is handed out does not hold a chunk that is dropped meanwhile.
  return Buffer.concat(pieces);
}

function filter(chunk: Chunk, count: number, isWanted: (bytes: Buffer, at: number) => boolean): Buffer {
  const piece = Buffer.allocUnsafeSlow(count * eventBytes);
  let length = 0;
  for (let at = 0; at < count * eventBytes; at += eventBytes) {
    if (!isWanted(chunk.bytes, at)) continue;
    length += chunk.bytes.copy(piece, length, at, at + eventBytes);
  }
  return piece.subarray(0, length);
}
