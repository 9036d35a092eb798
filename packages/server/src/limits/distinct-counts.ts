export interface DistinctCounts {
  /** @returns how many different members the key has had lately, this one among them */
  add(key: string, member: number): number;
  count(key: string): number;
  /** What was added before the time of the last call but one is forgotten. */
  turn(): void;
}

export interface DistinctCountsOptions {
  readonly maxKeys: number;
  /** More of one key are not told apart. */
  readonly maxMembers: number;
}

/** Of so many oldest keys the one with the fewest members is forgotten. */
const candidates = 8;

/**
 * For each key a set of what it came together with, in two generations: what
 * is in neither was never kept longer than two turns. Memory is bounded,
 * whoever comes.
 */
export function createDistinctCounts({ maxKeys, maxMembers }: DistinctCountsOptions): DistinctCounts {
  let current = new Map<string, Set<number>>();
  let previous = new Map<string, Set<number>>();
  const count = (key: string): number => {
    const [now, before] = [current.get(key), previous.get(key)];
    if (now === undefined || before === undefined) return (now ?? before)?.size ?? 0;
    return new Set([...now, ...before]).size;
  };
  return {
    add(key, member) {
      const members = current.get(key) ?? new Set<number>();
      if (members.size < maxMembers) members.add(member);
      current.delete(key);
      current.set(key, members);
      if (current.size > maxKeys) forgetOne(current);
      return count(key);
    },
    count,
    turn() {
      previous = current;
      current = new Map();
    },
  };
}

function forgetOne(sets: Map<string, Set<number>>): void {
  let fewest: { readonly key: string; readonly size: number } | undefined;
  let seen = 0;
  for (const [key, { size }] of sets) {
    if (fewest === undefined || size < fewest.size) fewest = { key, size };
    seen += 1;
    if (seen === candidates) break;
  }
  if (fewest !== undefined) sets.delete(fewest.key);
}
