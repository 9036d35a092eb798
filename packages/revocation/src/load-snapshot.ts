import { createHash } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { type EventFault, readSnapshotEpochs } from './batch.ts';
import { createDeadLoader, finishLoading } from './dead-loader.ts';
import { createDeadSet, type DeadSet } from './dead-set.ts';
import { addEvents, createGeneration, type Generation } from './denial-generations.ts';
import { eventBytes } from './event.ts';
import type { SnapshotReference } from './head.ts';

/**
 * - `content`: other bytes than the signed ones
 * - `key_changed`: the fingerprint key changed while it was read
 * - an `EventFault`: signed, and yet not understood
 */
export type SnapshotFault = EventFault | 'content' | 'key_changed';

export interface LoadedSnapshot {
  readonly generation: Generation;
  readonly keys: DeadSet;
  /** The epoch of `everything`, or 0. */
  readonly everything: number;
}

/** Other work waits no longer than these events take: 2 to 4 ms. */
const eventsBetweenRests = 8192;

/**
 * Reads a snapshot into tables of its own, so that nothing unverified touches
 * those in use.
 *
 * @param chunks cut anywhere
 * @throws what the source of the chunks throws
 */
export async function loadSnapshot(
  snapshot: SnapshotReference,
  chunks: AsyncIterable<Uint8Array>,
): Promise<LoadedSnapshot | SnapshotFault> {
  const loaded = { generation: createGeneration(), keys: createDeadSet(), everything: 0 };
  const { generation, keys } = loaded;
  const loader = createDeadLoader(generation.dead);
  const content = createHash('sha256');
  let lastEpoch = 0;
  let fault: EventFault | undefined;
  for await (const events of wholeEvents(chunks)) {
    content.update(events);
    if (fault !== undefined) continue;
    const epoch = readSnapshotEpochs(events, snapshot.seq, lastEpoch);
    if (typeof epoch === 'string') fault = epoch;
    else {
      lastEpoch = epoch;
      loaded.everything = Math.max(loaded.everything, addEvents(events, { generation, keys, loader }));
    }
    await rest();
  }
  // What a stranger wrote is no fault of the feed: the signature decides before the format.
  if (!content.digest().equals(snapshot.content)) return 'content';
  if (fault !== undefined) return fault;
  for (const _ of finishLoading(loader)) await rest();
  return loaded;
}

/** The same bytes in pieces of whole events; what is left at the end comes as it is. */
async function* wholeEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array();
  const most = eventsBetweenRests * eventBytes;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.length - (bytes.length % eventBytes);
    for (let at = 0; at < end; at += most) yield bytes.subarray(at, Math.min(at + most, end));
    rest = bytes.slice(end);
  }
  if (rest.length > 0) yield rest;
}
