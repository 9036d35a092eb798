import { eventBytes, eventTypes, eventVersion } from './event.ts';

/**
 * - `length`: the bytes are not whole events
 * - `type`, `version`, `reserved`: of a format that this verifier does not know
 * - `epoch`: not the event's own number, or not 0 where the scope has none
 * - `sequence`: a number of 2^53 or more
 */
export type EventFault = 'length' | 'type' | 'version' | 'reserved' | 'epoch' | 'sequence';

/** Whether a type's entry is an epoch, by the type's number. */
const takesEpoch: readonly (boolean | undefined)[] = Object.entries(eventTypes).reduce<boolean[]>(
  (table, [scope, type]) => {
    table[type] = scope !== 'token' && scope !== 'session' && scope !== 'key';
    return table;
  },
  [],
);

/**
 * What keeps a verifier from understanding a run of events. One that finds a
 * fault must close: it cannot know what it would let pass.
 * Does NOT check the chain.
 *
 * @param events 24 bytes each, from `afterSeq + 1` on, one after the other
 */
export function findEventFault(events: Uint8Array, afterSeq: number): EventFault | undefined {
  if (!Number.isSafeInteger(afterSeq + events.length / eventBytes)) {
    return events.length % eventBytes === 0 ? 'sequence' : 'length';
  }
  const view = viewOf(events);
  for (let at = 0, seq = afterSeq + 1; at < events.length; at += eventBytes, seq += 1) {
    const isEpoch = takesEpoch[view.getUint8(at)];
    if (isEpoch === undefined) return 'type';
    const fault = findFormatFault(view, at);
    if (fault !== undefined) return fault;
    if (readEpoch(view, at) !== (isEpoch ? seq : 0)) return 'epoch';
  }
  return undefined;
}

/**
 * The same for a part of a snapshot, where events that are of no more use are
 * left out: epochs rise from one event to the next and stay within `seq`.
 *
 * @param lastEpoch of the part before, else 0
 * @returns the last epoch, or the fault
 */
export function readSnapshotEpochs(events: Uint8Array, seq: number, lastEpoch: number): number | EventFault {
  if (events.length % eventBytes !== 0) return 'length';
  const view = viewOf(events);
  let last = lastEpoch;
  for (let at = 0; at < events.length; at += eventBytes) {
    const isEpoch = takesEpoch[view.getUint8(at)];
    if (isEpoch === undefined) return 'type';
    const fault = findFormatFault(view, at);
    if (fault !== undefined) return fault;
    const epoch = readEpoch(view, at);
    if (isEpoch ? epoch <= last || epoch > seq : epoch !== 0) return 'epoch';
    if (isEpoch) last = epoch;
  }
  return last;
}

/** Exact below 2^53; at and above it no number that an event may have. */
export function readEpoch(view: DataView, at: number): number {
  return view.getUint32(at + 16) * 0x1_0000_0000 + view.getUint32(at + 20);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function findFormatFault(view: DataView, at: number): EventFault | undefined {
  if (view.getUint8(at + 1) !== eventVersion) return 'version';
  return view.getUint16(at + 2) === 0 ? undefined : 'reserved';
}
