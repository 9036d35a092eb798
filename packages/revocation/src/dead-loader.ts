import { addDead, type DeadSet } from './dead-set.ts';
import { touchEntry } from './fingerprint-table.ts';

/**
 * Adds millions of fingerprints to a set, those that stand beside each other together.
 *
 * In a set of a hundred megabytes each insertion waits for memory, and for the address of that memory. So
 * fingerprints are gathered by their highest bits, 128 at a time, and such a group lies in a few dozen pages. What is
 * gathered is not in the set before `finishLoading`.
 */
export interface DeadLoader {
  readonly into: DeadSet;
  /** Room for so many groups, one after the other; high lane, low lane. */
  readonly lanes: Int32Array;
  /** How many each group has. */
  readonly counts: Int32Array;
}

const groupBits = 10;
const groups = 1 << groupBits;
const groupSize = 128;
/** Other work waits no longer than these take: 2 to 4 ms. */
const entriesBetweenRests = 8192;
const touched = new Int32Array(1);

export function createDeadLoader(into: DeadSet): DeadLoader {
  return { into, lanes: new Int32Array(groups * groupSize * 2), counts: new Int32Array(groups) };
}

/** @param fingerprint high lane, low lane */
export function loadDead(loader: DeadLoader, fingerprint: Int32Array): void {
  const { lanes, counts } = loader;
  const high = fingerprint[0] ?? 0;
  const group = high >>> (32 - groupBits);
  const count = counts[group] ?? 0;
  const at = (group * groupSize + count) * 2;
  lanes[at] = high;
  lanes[at + 1] = fingerprint[1] ?? 0;
  counts[group] = count + 1;
  if (count + 1 === groupSize) addGroup(loader, group);
}

/** Adds what is gathered, some thousands at a time. */
export function* finishLoading(loader: DeadLoader): Generator<void> {
  let added = 0;
  for (let group = 0; group < groups; group += 1) {
    added += loader.counts[group] ?? 0;
    addGroup(loader, group);
    if (added < entriesBetweenRests) continue;
    added = 0;
    yield;
  }
}

function addGroup({ into, lanes, counts }: DeadLoader, group: number): void {
  const fingerprint = new Int32Array(2);
  const from = group * groupSize * 2;
  const end = from + (counts[group] ?? 0) * 2;
  let sum = 0;
  for (let at = from; at < end; at += 2) {
    fingerprint[0] = lanes[at] ?? 0;
    fingerprint[1] = lanes[at + 1] ?? 0;
    sum ^= touchEntry(into, fingerprint);
  }
  touched[0] = sum;
  for (let at = from; at < end; at += 2) {
    fingerprint[0] = lanes[at] ?? 0;
    fingerprint[1] = lanes[at + 1] ?? 0;
    addDead(into, fingerprint);
  }
  counts[group] = 0;
}
