import {
  createTable,
  type FingerprintTable,
  findEntry,
  insertEntry,
  segmentOf,
  segmentsOf,
} from './fingerprint-table.ts';

/** Fingerprint → the highest sequence number of its events: 20 to 24.3 bytes an entry. */
export type Epochs = FingerprintTable;

const perHighLane = 0x1_0000_0000;

export function createEpochs(): Epochs {
  return createTable(4);
}

/**
 * An epoch only rises: a lower one changes nothing.
 * @param fingerprint high lane, low lane
 * @param epoch below 2^53
 */
export function raiseEpoch(epochs: Epochs, fingerprint: Int32Array, epoch: number): void {
  const at = insertEntry(epochs, fingerprint);
  const { lanes } = segmentOf(epochs, fingerprint[0] ?? 0);
  if (epoch <= readEpochAt(lanes, at)) return;
  lanes[at + 2] = Math.floor(epoch / perHighLane) | 0;
  lanes[at + 3] = epoch | 0;
}

/** A token is dead when its number is below the epoch; at the epoch itself it was issued after the event. */
export function isBelowEpoch(epochs: Epochs, fingerprint: Int32Array, rvs: number): boolean {
  if (epochs.size === 0) return false;
  const at = findEntry(epochs, fingerprint);
  return at >= 0 && rvs < readEpochAt(segmentOf(epochs, fingerprint[0] ?? 0).lanes, at);
}

/** Raises by every entry of another table, some thousands at a time. */
export function* copyEpochs(from: Epochs, into: Epochs): Generator<void> {
  const fingerprint = new Int32Array(2);
  for (const { lanes } of segmentsOf(from)) {
    for (let at = 0; at < lanes.length; at += from.stride) {
      fingerprint[0] = lanes[at] ?? 0;
      fingerprint[1] = lanes[at + 1] ?? 0;
      if (fingerprint[0] !== 0 || fingerprint[1] !== 0) raiseEpoch(into, fingerprint, readEpochAt(lanes, at));
    }
    yield;
  }
}

function readEpochAt(lanes: Int32Array, at: number): number {
  return (lanes[at + 2] ?? 0) * perHighLane + ((lanes[at + 3] ?? 0) >>> 0);
}
