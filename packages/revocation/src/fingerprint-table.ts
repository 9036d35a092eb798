/**
 * Fingerprints in open addressing, in segments of at most `maxSlots` places.
 *
 * The high lane of a fingerprint chooses the segment, the low one the place. A
 * segment that is full grows by a fifth, a large one splits in two, so no
 * insertion moves more than one segment, and the load stays between 0.66 and
 * 0.8. Lanes are signed: unsigned ones would become numbers on the heap.
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
  lanes: Int32Array;
  capacity: number;
  size: number;
  /** How many of the highest bits all of its fingerprints share. */
  depth: number;
}

const leastLoad = 0.66;
const mostLoad = 0.8;
const leastSlots = 4;
const maxSlots = 16_384;
/** Fingerprints that share so many bits are no fingerprints; their segment grows as it must. */
const maxDepth = 20;
const laneBytes = 4;
const perLane = 2 ** -32;

export function createTable(stride: number): FingerprintTable {
  const table = { stride, directory: [], shift: 31, size: 0, bytes: 0 };
  return Object.assign<FingerprintTable, Partial<FingerprintTable>>(table, {
    directory: [createSegment(table, leastSlots, 1), createSegment(table, leastSlots, 1)],
  });
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
  let at = firstSlot(low, segment.capacity) * stride;
  for (;;) {
    const foundHigh = lanes[at] ?? 0;
    const foundLow = lanes[at + 1] ?? 0;
    if (foundLow === low && foundHigh === high) return at;
    if ((foundLow | foundHigh) === 0) return -1;
    at += stride;
    if (at === lanes.length) at = 0;
  }
}

/** Finds the entry or makes one whose other lanes are 0. @returns as `findEntry` */
export function insertEntry(table: FingerprintTable, fingerprint: Int32Array): number {
  const found = findEntry(table, fingerprint);
  if (found >= 0) return found;
  const high = fingerprint[0] ?? 0;
  let segment = segmentOf(table, high);
  while (segment.size >= Math.floor(segment.capacity * mostLoad)) {
    makeRoom(table, segment, high);
    segment = segmentOf(table, high);
  }
  segment.size += 1;
  table.size += 1;
  const at = freePlace(segment, table.stride, lowLane(high, fingerprint[1] ?? 0));
  segment.lanes[at] = high;
  segment.lanes[at + 1] = lowLane(high, fingerprint[1] ?? 0);
  return at;
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

function firstSlot(low: number, capacity: number): number {
  return ((low >>> 0) * perLane * capacity) | 0;
}

function freePlace({ lanes, capacity }: Segment, stride: number, low: number): number {
  let at = firstSlot(low, capacity) * stride;
  while (((lanes[at] ?? 0) | (lanes[at + 1] ?? 0)) !== 0) {
    at += stride;
    if (at === lanes.length) at = 0;
  }
  return at;
}

function makeRoom(table: FingerprintTable, segment: Segment, high: number): void {
  const capacity = slotsFor(segment.size + 1);
  if (capacity <= maxSlots || segment.depth >= maxDepth) grow(table, segment, capacity);
  else split(table, segment, high);
}

function grow(table: FingerprintTable, segment: Segment, capacity: number): void {
  const { lanes } = segment;
  segment.capacity = capacity;
  segment.lanes = new Int32Array(capacity * table.stride);
  table.bytes += (segment.lanes.length - lanes.length) * laneBytes;
  for (let at = 0; at < lanes.length; at += table.stride) moveEntry(lanes, at, { segment, table });
}

/** In place of the segment stand two, for the two values of its next bit. */
function split(table: FingerprintTable, segment: Segment, high: number): void {
  if (segment.depth === 32 - table.shift) {
    table.directory = table.directory.flatMap((each) => [each, each]);
    table.shift -= 1;
  }
  const { lanes } = segment;
  const depth = segment.depth + 1;
  const bit = 1 << (32 - depth);
  let ones = 0;
  for (let at = 0; at < lanes.length; at += table.stride) if (((lanes[at] ?? 0) & bit) !== 0) ones += 1;
  const zero = createSegment(table, slotsFor(segment.size - ones), depth);
  const one = createSegment(table, slotsFor(ones), depth);
  table.bytes -= lanes.length * laneBytes;
  const width = 1 << (32 - table.shift - depth);
  const start = ((high >>> table.shift) / (2 * width)) | 0;
  table.directory.fill(zero, start * 2 * width, start * 2 * width + width);
  table.directory.fill(one, start * 2 * width + width, (start + 1) * 2 * width);
  for (let at = 0; at < lanes.length; at += table.stride) {
    const to = ((lanes[at] ?? 0) & bit) === 0 ? zero : one;
    if (moveEntry(lanes, at, { segment: to, table })) to.size += 1;
  }
}

function moveEntry(
  lanes: Int32Array,
  at: number,
  to: { readonly segment: Segment; readonly table: FingerprintTable },
): boolean {
  const low = lanes[at + 1] ?? 0;
  if (((lanes[at] ?? 0) | low) === 0) return false;
  const { stride } = to.table;
  const place = freePlace(to.segment, stride, low);
  for (let lane = 0; lane < stride; lane += 1) to.segment.lanes[place + lane] = lanes[at + lane] ?? 0;
  return true;
}

function slotsFor(entries: number): number {
  return Math.max(leastSlots, Math.ceil(entries / leastLoad));
}

function createSegment(table: FingerprintTable, capacity: number, depth: number): Segment {
  const lanes = new Int32Array(capacity * table.stride);
  table.bytes += lanes.length * laneBytes;
  return { lanes, capacity, size: 0, depth };
}
