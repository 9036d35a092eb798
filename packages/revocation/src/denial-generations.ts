import { readEpoch, viewOf } from './batch.ts';
import { type DeadLoader, loadDead } from './dead-loader.ts';
import { addDead, copyDead, createDeadSet, type DeadSet } from './dead-set.ts';
import { copyEpochs, createEpochs, type Epochs, raiseEpoch } from './epochs.ts';
import { eventBytes, eventTypes } from './event.ts';
import { touchEntry } from './fingerprint-table.ts';

/** Denials that arrived between two swaps. */
export interface Generation {
  readonly dead: DeadSet;
  readonly epochs: Epochs;
  /** `scopeBit` of every type that has an entry. */
  scopes: number;
}

/** All denials under one fingerprint key. */
export interface Denials {
  /** Fingerprints of signing keys: absolute, never dropped. */
  readonly keys: DeadSet;
  current: Generation;
  old: Generation;
}

export function createDenials(): Denials {
  return { keys: createDeadSet(), current: createGeneration(), old: createGeneration() };
}

export function createGeneration(): Generation {
  return { dead: createDeadSet(), epochs: createEpochs(), scopes: 0 };
}

/** The older denials are dropped whole; the newer ones become the older. */
export function swapGenerations(denials: Denials): void {
  denials.old = denials.current;
  denials.current = createGeneration();
}

/** `user` and `user-claims` name the same thing. */
export function scopeBit(type: number): number {
  return 1 << (type === eventTypes['user-claims'] ? eventTypes.user : type);
}

/** Entries whose memory is fetched at once. */
const touchedEvents = 16;
const touched = new Int32Array(1);

/** Where events go. */
export interface EventSink {
  readonly generation: Generation;
  readonly keys: DeadSet;
  /** Where there are very many: what stands between them and the generation's dead. */
  readonly loader?: DeadLoader;
}

/**
 * Does NOT check the events: `findEventFault` or `readSnapshotEpochs` did.
 * @returns the highest epoch of `everything` among them, which has no fingerprint; else 0
 */
export function addEvents(events: Uint8Array, { generation, keys, loader }: EventSink): number {
  const view = viewOf(events);
  const fingerprint = new Int32Array(2);
  let everything = 0;
  for (let at = 0; at < events.length; at += eventBytes) {
    if (loader === undefined && at % (touchedEvents * eventBytes) === 0) touchEvents(view, at, generation);
    const type = view.getUint8(at);
    fingerprint[0] = view.getInt32(at + 8);
    fingerprint[1] = view.getInt32(at + 12);
    if (type === eventTypes.everything) everything = Math.max(everything, readEpoch(view, at));
    else if (type === eventTypes.key) addDead(keys, fingerprint);
    else {
      generation.scopes |= scopeBit(type);
      if (!isDeadType(type)) raiseEpoch(generation.epochs, fingerprint, readEpoch(view, at));
      else if (loader === undefined) addDead(generation.dead, fingerprint);
      else loadDead(loader, fingerprint);
    }
  }
  return everything;
}

/** In a large table every insertion waits for memory; here the next ones wait together. */
function touchEvents(view: DataView, from: number, { dead, epochs }: Generation): void {
  const end = Math.min(from + touchedEvents * eventBytes, view.byteLength);
  const fingerprint = new Int32Array(2);
  let sum = 0;
  for (let at = from; at < end; at += eventBytes) {
    fingerprint[0] = view.getInt32(at + 8);
    fingerprint[1] = view.getInt32(at + 12);
    sum ^= touchEntry(isDeadType(view.getUint8(at)) ? dead : epochs, fingerprint);
  }
  touched[0] = sum;
}

function isDeadType(type: number): boolean {
  return type === eventTypes.token || type === eventTypes.session;
}

/** Adds all denials of another generation, some thousands at a time. */
export function* copyGeneration(from: Generation, into: Generation): Generator<void> {
  into.scopes |= from.scopes;
  yield* copyDead(from.dead, into.dead);
  yield* copyEpochs(from.epochs, into.epochs);
}

export function countEntries({ keys, current, old }: Denials): number {
  return keys.size + sizeOf(current) + sizeOf(old);
}

export function countBytes({ keys, current, old }: Denials): number {
  return keys.bytes + bytesOf(current) + bytesOf(old);
}

function sizeOf({ dead, epochs }: Generation): number {
  return dead.size + epochs.size;
}

function bytesOf({ dead, epochs }: Generation): number {
  return dead.bytes + epochs.bytes;
}
