export interface Dice {
  /** A whole number from zero, below the given one. */
  below(end: number): number;
  pick<Entry>(entries: readonly Entry[]): Entry;
}

/** The same numbers for the same seed (mulberry32). */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    pick(entries) {
      const entry = entries[below(entries.length)];
      if (entry === undefined) throw new TypeError('nothing to pick from');
      return entry;
    },
  };
}
