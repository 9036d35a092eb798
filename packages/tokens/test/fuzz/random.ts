/**
 * A small generator (sfc32) that starts anew for every case, so that a case
 * can be made again from its seed, its worker and its number alone.
 */
export interface Random {
  restart(seed: number, worker: number, caseNumber: number): void;
  /** An integer from 0 to below `bound`. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(): Random {
  let [a, b, c, counter] = [0, 0, 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    restart(seed, worker, caseNumber) {
      [a, b, c, counter] = [seed | 0, (caseNumber ^ (worker << 24)) | 0, (caseNumber / 2 ** 32) | 0, 1];
      for (let round = 0; round < 12; round++) next();
    },
    below,
    pick(list) {
      const item = list[below(list.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}
