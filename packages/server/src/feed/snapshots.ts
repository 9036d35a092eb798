import { createHash } from 'node:crypto';
import type { SnapshotReference } from '@countersign/revocation';
import type { EventLog } from './event-log.ts';
import { shareCalls } from './share-calls.ts';
import type { Tail } from './tail.ts';

export interface Snapshot extends SnapshotReference {
  readonly pieces: readonly Uint8Array[];
}

export interface Snapshots {
  /** One that a follower can go on from by the log; made when there is none. */
  current(): Promise<Snapshot>;
  /** @returns undefined when it is none of the last few */
  find(seq: number): Snapshot | undefined;
}

/** A quarter of what a follower may lag. */
const renewedAfterEvents = 5000;
/** Whoever read a head some time ago still finds its snapshot. */
const held = 3;
/** Pieces of 24 KiB between two rests, and in one that is sent: every one waits until a socket has taken it. */
const piecesAtOnce = 16;

/**
 * What is of use at a number, to be hashed and handed out. Never changed once
 * made, and never made twice for one number.
 */
export function createSnapshots(tail: Pick<Tail, 'log' | 'look'>, now: () => number): Snapshots {
  const all: Snapshot[] = [];
  const renew = shareCalls(async () => {
    const state = await tail.look();
    const last = all.at(-1);
    if (last !== undefined && isGood(last, { log: tail.log, seq: state.seq, gap: state.gap })) return last;
    const made = await build(tail.log, { seq: state.seq, hash: state.hash, nowMs: now() });
    all.push(made);
    if (all.length > held) all.shift();
    return made;
  });
  return {
    current: renew,
    find: (seq) => all.findLast((snapshot) => snapshot.seq === seq),
  };
}

interface Place {
  readonly log: EventLog;
  readonly seq: number;
  readonly gap: number;
}

function isGood(snapshot: Snapshot, { log, seq, gap }: Place): boolean {
  const isReached = snapshot.seq >= log.start && snapshot.seq >= gap && snapshot.seq <= seq;
  return isReached && seq - snapshot.seq < renewedAfterEvents;
}

interface At {
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly nowMs: number;
}

async function build(log: EventLog, { seq, hash, nowMs }: At): Promise<Snapshot> {
  const digest = createHash('sha256');
  const pieces: Uint8Array[] = [];
  let some: Uint8Array[] = [];
  for (const piece of log.ofUse(nowMs / 1000, seq)) {
    digest.update(piece);
    some.push(piece);
    if (some.length < piecesAtOnce) continue;
    pieces.push(Buffer.concat(some));
    some = [];
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (some.length > 0) pieces.push(Buffer.concat(some));
  return { seq, hash, content: digest.digest(), pieces };
}
