import type { VerifiedToken } from './verified-token.ts';

/**
 * Tokens that were verified and found live, by the `Authorization` field value that brought them.
 *
 * Invariants:
 *   1. Only an entry whose whole field value is that of the request is handed out; where it is kept is decided
 *      by characters of the signature, and two that meet there displace each other, no more.
 *   2. It holds at most `maxEntries` entries that count at most `maxBytes`. An entry counts 1 280 bytes and 3 for
 *      each character of its field value, which is more than it was seen to take.
 *   3. An entry says nothing of now: whoever finds it asks `stillHolds` and the revocations.
 *   4. The oldest half goes when the limit is reached, and what nobody asked for in between.
 */
export interface VerifiedCache {
  find(field: string): VerifiedToken | undefined;
  keep(field: string, token: VerifiedToken): void;
  drop(field: string): void;
  status(): CacheStatus;
}

export interface CacheStatus {
  readonly entries: number;
  /** What the entries count, at most `maxBytes`. */
  readonly bytes: number;
  /** How often a token did not have to be verified again. */
  readonly hits: number;
}

export interface CacheLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Entry {
  readonly field: string;
  readonly token: VerifiedToken;
}

/** Two halves, newer and older: an entry that is asked for moves into the newer one. */
interface Half {
  entries: Map<number, Entry>;
  bytes: number;
}

export function createVerifiedCache({ maxEntries, maxBytes }: CacheLimits): VerifiedCache {
  const newer: Half = { entries: new Map(), bytes: 0 };
  const older: Half = { entries: new Map(), bytes: 0 };
  let hits = 0;

  const put = (place: number, entry: Entry): void => {
    const bytes = countBytes(entry.field);
    if (newer.entries.size + 1 > maxEntries / 2 || newer.bytes + bytes > maxBytes / 2) {
      older.entries = newer.entries;
      older.bytes = newer.bytes;
      newer.entries = new Map();
      newer.bytes = 0;
    }
    take(newer, place);
    newer.entries.set(place, entry);
    newer.bytes += bytes;
  };

  return {
    find: (field) => {
      const place = placeOf(field);
      let entry = newer.entries.get(place);
      if (entry === undefined || entry.field !== field) {
        entry = older.entries.get(place);
        if (entry === undefined || entry.field !== field) return undefined;
        take(older, place);
        put(place, entry);
      }
      hits += 1;
      return entry.token;
    },
    keep: (field, token) => {
      if (countBytes(field) > maxBytes / 2) return;
      const place = placeOf(field);
      take(older, place);
      // A string of its own: the one that came may be a part of a much longer one, and keep that alive.
      put(place, { field: Buffer.from(field, 'latin1').toString('latin1'), token });
    },
    drop: (field) => {
      const place = placeOf(field);
      for (const half of [newer, older]) if (half.entries.get(place)?.field === field) take(half, place);
    },
    status: () => ({
      entries: newer.entries.size + older.entries.size,
      bytes: newer.bytes + older.bytes,
      hits,
    }),
  };
}

/** For guards that remember nothing. */
export const noCache: VerifiedCache = {
  find: () => undefined,
  keep: () => {},
  drop: () => {},
  status: () => ({ entries: 0, bytes: 0, hits: 0 }),
};

function take(half: Half, place: number): void {
  const entry = half.entries.get(place);
  if (entry === undefined) return;
  half.entries.delete(place);
  half.bytes -= countBytes(entry.field);
}

function countBytes(field: string): number {
  return 1280 + 3 * field.length;
}

/** 36 bits of the end of the signature, folded: cheaper than a hash of the string, and nobody who cannot sign chooses them. */
function placeOf(field: string): number {
  const end = field.length;
  return (
    (field.charCodeAt(end - 2) << 24) ^
    (field.charCodeAt(end - 3) << 18) ^
    (field.charCodeAt(end - 4) << 12) ^
    (field.charCodeAt(end - 5) << 6) ^
    field.charCodeAt(end - 6)
  );
}
