import {
  createTable,
  type FingerprintTable,
  findEntry,
  insertEntry,
  segmentsOf,
} from './fingerprint-table.ts';

/** Fingerprints of what is dead for good: 10 to 12.2 bytes an entry. */
export type DeadSet = FingerprintTable;

export function createDeadSet(): DeadSet {
  return createTable(2);
}

/** @param fingerprint high lane, low lane */
export function addDead(set: DeadSet, fingerprint: Int32Array): void {
  insertEntry(set, fingerprint);
}

export function isDead(set: DeadSet, fingerprint: Int32Array): boolean {
  return set.size > 0 && findEntry(set, fingerprint) >= 0;
}

/** Adds every entry of another set, some thousands at a time. */
export function* copyDead(from: DeadSet, into: DeadSet): Generator<void> {
  const fingerprint = new Int32Array(2);
  for (const { lanes } of segmentsOf(from)) {
    for (let at = 0; at < lanes.length; at += from.stride) {
      fingerprint[0] = lanes[at] ?? 0;
      fingerprint[1] = lanes[at + 1] ?? 0;
      if (fingerprint[0] !== 0 || fingerprint[1] !== 0) addDead(into, fingerprint);
    }
    yield;
  }
}
