import { createHash } from 'node:crypto';
import type { FeedTransport, SnapshotReference, VerifiedHead } from '@countersign/revocation';
import { Refusal } from '../base/refusal.ts';
import { shareCalls } from './share-calls.ts';

export interface RelaySnapshotParts {
  readonly transport: Pick<FeedTransport, 'fetchHead' | 'fetchSnapshot'>;
  /** Verifies a head. */
  readonly read: (jws: string) => VerifiedHead;
  /** Whether a follower that crossed to a number can go on from there by the log. */
  readonly isReachable: (seq: number) => boolean;
  readonly seq: () => number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

export interface RelaySnapshots {
  /** One that the follower of the relay has crossed by. */
  hold(head: VerifiedHead, pieces: readonly Uint8Array[]): void;
  /**
   * A head whose snapshot is held: a recent one, or while the issuer is silent the last one.
   * @throws Refusal `unavailable`
   */
  fetchHead(): Promise<string>;
  find(seq: number): readonly Uint8Array[] | undefined;
}

interface Held {
  readonly head: VerifiedHead;
  readonly snapshot: SnapshotReference;
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
}

/** Its key may be withdrawn: heads for newcomers are renewed. */
const headLifeMs = 60_000;
/** A quarter of what a follower may lag. */
const renewedAfterEvents = 5000;
/** Whoever read a head some time ago still finds its snapshot. */
const maxHeld = 3;
/** The newest is held whatever its size. */
const maxBytes = 134_217_728;
const headLimitMs = 5000;
const snapshotLimitMs = 60_000;

/** Snapshots as the issuer made them; asked for by the first follower that needs one. */
export function createRelaySnapshots(parts: RelaySnapshotParts): RelaySnapshots {
  const { isReachable, now, seq } = parts;
  let held: readonly Held[] = [];

  const hold = (head: VerifiedHead, pieces: readonly Uint8Array[]): void => {
    const { snapshot } = head;
    if (snapshot === undefined) return;
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const others = held.filter((one) => one.snapshot.seq !== snapshot.seq);
    held = trim([...others, { head, snapshot, pieces, bytes }]);
  };
  const renew = shareCalls(async () => {
    const last = held.at(-1);
    if (last !== undefined && isFresh(last, now()) && isNear(last, seq()) && isReachable(last.snapshot.seq)) {
      return;
    }
    const limit = AbortSignal.any([parts.signal, AbortSignal.timeout(headLimitMs)]);
    const head = parts.read(await parts.transport.fetchHead(limit));
    const known = held.find((one) => isSame(one.snapshot, head.snapshot));
    hold(head, known?.pieces ?? (await download(parts, head.snapshot)));
  });
  return {
    hold,
    async fetchHead() {
      const failed = await renew().then(
        () => undefined,
        (error: unknown) => error,
      );
      const best = held.findLast((one) => isReachable(one.snapshot.seq));
      if (best !== undefined) return best.head.jws;
      throw new Refusal('unavailable', {
        reason: failed instanceof Error ? failed.message : 'no snapshot that the log goes on from',
        retryAfterSeconds: 1,
      });
    },
    find: (wanted) => held.findLast((one) => one.snapshot.seq === wanted)?.pieces,
  };
}

function isFresh({ head }: Held, nowMs: number): boolean {
  return Math.abs(nowMs - head.timeMs) < headLifeMs;
}

function isNear({ snapshot }: Held, seq: number): boolean {
  return seq - snapshot.seq < renewedAfterEvents;
}

function isSame(one: SnapshotReference, other: SnapshotReference | undefined): boolean {
  return one.seq === other?.seq && Buffer.compare(one.content, other.content) === 0;
}

function trim(all: readonly Held[]): readonly Held[] {
  let bytes = 0;
  const kept = all.slice(-maxHeld).toReversed();
  const fitting = kept.filter((one, index) => {
    bytes += one.bytes;
    return index === 0 || bytes <= maxBytes;
  });
  return fitting.toReversed();
}

async function download(
  { transport, signal }: RelaySnapshotParts,
  snapshot: SnapshotReference | undefined,
): Promise<readonly Uint8Array[]> {
  if (snapshot === undefined) throw new Error('the head names no snapshot');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(snapshotLimitMs)]);
  const chunks = await transport.fetchSnapshot(snapshot.seq, limit);
  if ('kind' in chunks) throw new Error('the snapshot is gone');
  const digest = createHash('sha256');
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) {
    digest.update(chunk);
    pieces.push(chunk);
  }
  if (Buffer.compare(digest.digest(), snapshot.content) !== 0) throw new Error('the snapshot is another one');
  return pieces;
}
