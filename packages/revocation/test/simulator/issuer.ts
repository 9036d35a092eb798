import { hash } from 'node:crypto';
import { createKeySet, type Key, toPublicKey } from '@countersign/tokens';
import { extendChain } from '../../src/chain.ts';
import { deadScopes, encodeEvent, type EventScope, eventTypes } from '../../src/event.ts';
import { fingerprint } from '../../src/fingerprint.ts';
import { createHeadReader, signHead, type SnapshotReference } from '../../src/head.ts';
import type { Batch, FeedKeys, Gone } from '../../src/transport.ts';
import { fingerprintKey, issuerName, skewMs, ttlSeconds } from './constants.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a restore brings back. */
interface Database {
  seq: number;
  hash: Uint8Array;
  tMs: number;
  gap: number;
  /** The log begins after this number. */
  retained: number;
  events: {
    readonly seq: number;
    readonly bytes: Uint8Array;
    readonly hash: Uint8Array;
    readonly notAfterMs: number;
    readonly scope: EventScope;
  }[];
}

export interface Commit {
  readonly scope: EventScope;
  readonly subject: string;
}

/** The issuer's side of the feed over a database that can be lost, as revocation.md describes it. */
export interface FeedModel {
  readonly seq: number;
  /** Milliseconds by the database's clock. */
  clockMs(): number;
  /** @returns the event's number */
  commit(commit: Commit): number;
  head(): string;
  keys(): FeedKeys;
  log(after: number): Batch | Gone;
  snapshot(seq: number): Uint8Array | Gone;
  subscribe(onBatch: (batch: Batch) => void): () => void;
  save(): void;
  /** Back to what was saved, with another clock; whoever streams is cut off. @returns its `seq` */
  restore(clockOffsetMs: number): number;
  declareGap(): number;
  /** Revocation-Last-Head: whether it proves a rollback that nobody declared. */
  isRollbackProof(lastHead: string | undefined): boolean;
  /** Whether the chain had this hash at that number. */
  isOnChain(seq: number, hash: Uint8Array): boolean;
  tick(): void;
}

/** Small, so that followers fall behind it. */
const retainedEvents = 25;
const keptSnapshots = 3;
/** docs/feed-format.md: an entry may be dropped once `not_after` and so much have passed. */
const graceMs = 3 * skewMs;

export interface FeedModelParts {
  readonly time: VirtualTime;
  readonly feedKey: Key;
  readonly clockOffsetMs: number;
  /** Against the format: entries leave snapshots at their `not_after`. */
  readonly forgetsEarly?: boolean | undefined;
}

export function createFeedModel({ time, feedKey, forgetsEarly, ...parts }: FeedModelParts): FeedModel {
  let { clockOffsetMs } = parts;
  const usefulForMs = forgetsEarly === true ? 0 : graceMs;
  let db: Database = { seq: 0, hash: new Uint8Array(32), tMs: 0, gap: 0, retained: 0, events: [] };
  let saved = { ...db };
  let snapshots: (SnapshotReference & { readonly bytes: Uint8Array })[] = [];
  const subscribers = new Set<(batch: Batch) => void>();
  const keySet = createKeySet([toPublicKey(feedKey)]);
  const readHead = createHeadReader({ issuer: issuerName, keys: keySet, now: () => Number.MAX_SAFE_INTEGER });
  const clockMs = (): number => Math.floor(time.nowMs + clockOffsetMs);

  function signNow(snapshot: SnapshotReference | undefined): string {
    db.tMs = Math.max(db.tMs, clockMs());
    const { seq, hash, tMs: timeMs, gap } = db;
    return signHead(
      { issuer: issuerName, seq, hash, timeMs, ttlMaxSeconds: ttlSeconds, gap, snapshot },
      feedKey,
    );
  }

  function batchAfter(after: number): Batch {
    const events = Buffer.concat(db.events.filter(({ seq }) => seq > after).map(({ bytes }) => bytes));
    return { after, events, head: signNow(undefined) };
  }

  function publish(batch: Batch): void {
    for (const subscriber of subscribers) subscriber(batch);
  }

  function takeSnapshot(): void {
    if (snapshots[0]?.seq === db.seq) return;
    const sinceMs = clockMs() - usefulForMs;
    const useful = db.events.filter(({ scope, notAfterMs }) => scope === 'key' || notAfterMs >= sinceMs);
    const bytes = Buffer.concat(useful.map(({ bytes }) => bytes));
    const content = hash('sha256', bytes, 'buffer');
    snapshots = [{ seq: db.seq, hash: db.hash, content, bytes }, ...snapshots].slice(0, keptSnapshots);
  }

  function commit({ scope, subject }: Commit): number {
    const seq = db.seq + 1;
    const type = eventTypes[scope === 'user-claims' ? 'user' : scope];
    const notAfterMs = clockMs() + (ttlSeconds + 2) * 1000;
    const bytes = encodeEvent({
      scope,
      notAfterSeconds: Math.ceil(notAfterMs / 1000),
      fingerprint: fingerprint(fingerprintKey, type, scope === 'everything' ? [] : [subject]),
      epoch: deadScopes.includes(scope) ? 0 : seq,
    });
    const hash = extendChain(db.hash, bytes);
    db = { ...db, seq, hash, events: [...db.events, { seq, bytes, hash, notAfterMs, scope }] };
    db.retained = Math.max(db.retained, db.gap, seq - retainedEvents);
    publish(batchAfter(seq - 1));
    return seq;
  }

  function isOnChain(seq: number, seen: Uint8Array): boolean {
    const event = db.events.find((one) => one.seq === seq);
    return event !== undefined && Buffer.compare(event.hash, seen) === 0;
  }

  return {
    get seq() {
      return db.seq;
    },
    clockMs,
    commit,
    head() {
      takeSnapshot();
      return signNow(snapshots[0]);
    },
    keys: () => ({ issuer: issuerName, fingerprintKey, keys: keySet }),
    log: (after) => (after < db.retained || after > db.seq ? { kind: 'gone' } : batchAfter(after)),
    snapshot: (seq) => snapshots.find((one) => one.seq === seq)?.bytes ?? { kind: 'gone' },
    subscribe(onBatch) {
      subscribers.add(onBatch);
      return () => void subscribers.delete(onBatch);
    },
    save() {
      saved = { ...db };
    },
    restore(nextOffsetMs) {
      clockOffsetMs = nextOffsetMs;
      db = { ...saved };
      snapshots = [];
      subscribers.clear();
      return db.seq;
    },
    declareGap() {
      const gap = Math.max(db.seq, clockMs() * 1000) + 1;
      db = { ...db, seq: gap - 1, gap, retained: gap };
      return commit({ scope: 'everything', subject: '' });
    },
    isRollbackProof(lastHead) {
      if (lastHead === undefined) return false;
      try {
        const { seq, hash: seen } = readHead(lastHead);
        return seq >= db.gap && !isOnChain(seq, seen);
      } catch {
        return false;
      }
    },
    isOnChain,
    tick: () => publish(batchAfter(db.seq)),
  };
}
