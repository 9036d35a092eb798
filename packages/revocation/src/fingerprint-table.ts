/**
 * Fingerprints in open addressing, in segments of at most `maxSlots` places.
 *
 * The high lane of a fingerprint chooses the segment, the low one the place,
 * and entries stand in the order of their low lanes: a search for what is not
 * there ends at the first greater one, after two or three places even at a
 * load of 0.8. A segment that is full grows by a fifth, a large one splits in
 * two, each in one pass from its beginning to its end, so no insertion moves
 * more than one segment. Lanes are signed: unsigned ones would become numbers
 * on the heap.
 */
export interface FingerprintTable {
  /** Lanes an entry: high, low, then what belongs to it. */
  readonly stride: number;
  /** By the highest bits of the high lane; neighbours may be the same segment. */
  directory: Segment[];
  /** How many bits of the high lane are not part of the index. */
  shift: number;
  size: number;
  bytes: number;
}

export interface Segment {
  /** Longer than the capacity, for what the last places push on; the last place of all stays free. */
  lanes: Int32Array;
  capacity: number;
  size: number;
  /** How many of the highest bits all of its fingerprints share. */
  depth: number;
}

const leastLoad = 0.67;
const mostLoad = 0.8;
const leastSlots = 4;
const maxSlots = 16_384;
/** Behind the last place, for what it pushes on. */
const mostSpareSlots = 24;
/** Fingerprints that share so many bits are no fingerprints; their segment grows as it must. */
const maxDepth = 20;
const laneBytes = 4;
const halfRange = 2 ** 31;
const perLane = 2 ** -32;

export function createTable(stride: number): FingerprintTable {
  const table: FingerprintTable = { stride, directory: [], shift: 31, size: 0, bytes: 0 };
  table.directory = [0, 1].map(() => createSegment(table, { capacity: leastSlots, slots: 0, depth: 1 }));
  return table;
}

/**
 * @param fingerprint high lane, low lane
 * @returns where the entry begins in the lanes of `segmentOf`, or −1
 */
export function findEntry(table: FingerprintTable, fingerprint: Int32Array): number {
  const high = fingerprint[0] ?? 0;
  const low = lowLane(high, fingerprint[1] ?? 0);
  const segment = segmentOf(table, high);
  const { lanes } = segment;
  const { stride } = table;
  for (let at = firstSlot(low, segment.capacity) * stride; ; at += stride) {
    const foundHigh = lanes[at] ?? 0;
    const foundLow = lanes[at + 1] ?? 0;
    if (foundLow === low && foundHigh === high) return at;
    if (foundLow > low || (foundLow | foundHigh) === 0) return -1;
  }
}

/**
 * Reads where the search for an entry begins, and decides nothing by it: the
 * memory of several tables is then fetched at once, not one after the other.
 * @returns a number to be kept, so that the read is not left out
 */
export function touchEntry(table: FingerprintTable, fingerprint: Int32Array): number {
  const high = fingerprint[0] ?? 0;
  const { lanes, capacity } = segmentOf(table, high);
  return lanes[firstSlot(fingerprint[1] ?? 0, capacity) * table.stride] ?? 0;
}

/** Finds the entry or makes one whose other lanes are 0. @returns as `findEntry` */
export function insertEntry(table: FingerprintTable, fingerprint: Int32Array): number {
  const { stride } = table;
  const high = fingerprint[0] ?? 0;
  const low = lowLane(high, fingerprint[1] ?? 0);
  for (;;) {
    const segment = segmentOf(table, high);
    const { lanes } = segment;
    let at = firstSlot(low, segment.capacity) * stride;
    for (; ; at += stride) {
      const foundHigh = lanes[at] ?? 0;
      const foundLow = lanes[at + 1] ?? 0;
      if (foundLow === low && foundHigh === high) return at;
      if (foundLow > low || (foundLow | foundHigh) === 0) break;
    }
    if (segment.size < Math.floor(segment.capacity * mostLoad) && openPlace(lanes, at, stride)) {
      lanes[at] = high;
      lanes[at + 1] = low;
      segment.size += 1;
      table.size += 1;
      return at;
    }
    makeRoom(table, segment, high);
  }
}

export function segmentOf(table: FingerprintTable, high: number): Segment {
  const segment = table.directory[high >>> table.shift];
  if (segment === undefined) throw new Error('a directory has a segment for every fingerprint');
  return segment;
}

/** Every segment once. */
export function segmentsOf(table: FingerprintTable): Set<Segment> {
  return new Set(table.directory);
}

/** Two zero lanes are a free place, so fingerprint 0 is kept as 1: one name in 2^64 more is denied. */
function lowLane(high: number, low: number): number {
  return (high | low) === 0 ? 1 : low;
}

/** Rises with the low lane. */
function firstSlot(low: number, capacity: number): number {
  return ((low + halfRange) * perLane * capacity) | 0;
}

function isFree(lanes: Int32Array, at: number): boolean {
  return ((lanes[at] ?? 0) | (lanes[at + 1] ?? 0)) === 0;
}

/** Moves an entry, and those that follow it, on by one place. @returns false when the end is reached */
function openPlace(lanes: Int32Array, at: number, stride: number): boolean {
  let free = at;
  while (!isFree(lanes, free)) free += stride;
  if (free + stride >= lanes.length) return false;
  if (free === at) return true;
  for (let lane = free - 1; lane >= at; lane -= 1) lanes[lane + stride] = lanes[lane] ?? 0;
  lanes.fill(0, at, at + stride);
  return true;
}

/** Entries that go into a new segment: those with that value in that bit of the high lane. */
interface Kept {
  readonly stride: number;
  readonly depth: number;
  /** Where it does not follow from how many they are. */
  readonly capacity?: number;
  readonly bit: number;
  readonly value: number;
}

/** The segment of that high lane grows, or splits by the next bit. */
function makeRoom(table: FingerprintTable, segment: Segment, high: number): void {
  const { stride } = table;
  const { depth } = segment;
  table.bytes -= segment.lanes.length * laneBytes;
  // Also more than before where the end was reached early.
  const capacity = Math.max(slotsFor(segment.size), segment.capacity + (segment.capacity >> 4) + 1);
  if (capacity <= maxSlots || depth >= maxDepth) {
    putInPlace(table, high, [rebuild(table, segment, { stride, depth, capacity, bit: 0, value: 0 })]);
    return;
  }
  if (depth === 32 - table.shift) {
    table.directory = table.directory.flatMap((each) => [each, each]);
    table.shift -= 1;
  }
  const bit = 1 << (31 - depth);
  const zero = rebuild(table, segment, { stride, depth: depth + 1, bit, value: 0 });
  const one = rebuild(table, segment, { stride, depth: depth + 1, bit, value: bit });
  putInPlace(table, high, [zero, one]);
}

/** Fills the directory's places of one segment with those that take its place. */
function putInPlace(table: FingerprintTable, high: number, segments: readonly Segment[]): void {
  const old = segmentOf(table, high);
  const start = table.directory.indexOf(old);
  const width = 1 << (32 - table.shift - old.depth);
  for (const [index, segment] of segments.entries()) {
    const from = start + (index * width) / segments.length;
    table.directory.fill(segment, from, from + width / segments.length);
  }
}

/** A new segment with the entries whose high lane has that value in that bit, in the same order. */
function rebuild(table: FingerprintTable, from: Segment, keep: Kept): Segment {
  const size = keep.bit === 0 ? from.size : countKept(from.lanes, keep);
  const capacity = keep.capacity ?? slotsFor(size);
  const made = createSegment(table, { capacity, slots: 0, depth: keep.depth });
  made.size = size;
  if (copyKept(from.lanes, made, keep)) return made;
  table.bytes -= made.lanes.length * laneBytes;
  // The last places push on more than is spare: as many as there are entries is always enough.
  const long = createSegment(table, { capacity, slots: capacity + size, depth: keep.depth });
  long.size = size;
  copyKept(from.lanes, long, keep);
  return long;
}

/** @returns whether there was room, with one free place at the end */
function copyKept(lanes: Int32Array, to: Segment, { bit, value, stride }: Kept): boolean {
  const { lanes: made, capacity } = to;
  const end = made.length - stride;
  let next = 0;
  for (let at = 0; at < lanes.length; at += stride) {
    const high = lanes[at] ?? 0;
    const low = lanes[at + 1] ?? 0;
    if ((high | low) === 0 || (high & bit) !== value) continue;
    next = Math.max(firstSlot(low, capacity) * stride, next);
    if (next >= end) return false;
    made[next] = high;
    made[next + 1] = low;
    for (let lane = 2; lane < stride; lane += 1) made[next + lane] = lanes[at + lane] ?? 0;
    next += stride;
  }
  return true;
}

function countKept(lanes: Int32Array, { stride, bit, value }: Kept): number {
  let size = 0;
  for (let at = 0; at < lanes.length; at += stride) {
    if (!isFree(lanes, at) && ((lanes[at] ?? 0) & bit) === value) size += 1;
  }
  return size;
}

function slotsFor(entries: number): number {
  return Math.max(leastSlots, Math.ceil((entries + 1) / leastLoad));
}

function createSegment(
  table: FingerprintTable,
  { capacity, slots, depth }: { readonly capacity: number; readonly slots: number; readonly depth: number },
): Segment {
  const spare = Math.min(mostSpareSlots, 4 + (capacity >> 6));
  const lanes = new Int32Array((Math.max(capacity, slots) + spare) * table.stride);
  table.bytes += lanes.length * laneBytes;
  return { lanes, capacity, size: 0, depth };
}
