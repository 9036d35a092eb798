/** One thing to be measured. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  /** Runs the operation this many times. */
  readonly run: (times: number) => unknown;
}

export interface Timing {
  readonly name: string;
  readonly version: string;
  /** Nanoseconds a call on the clock, one for each round. */
  readonly wallNs: readonly number[];
  /** Nanoseconds a call of processor time, all threads of the process. */
  readonly cpuNs: readonly number[];
}

/** Of one sample; short, so that a disturbance hits all contenders of a round alike. */
const sampleMs = Number(process.env['BENCH_SAMPLE_MS'] ?? 25);
const warmUpMs = 150;

/** All subjects in turns, in every round in another order. */
export async function measureAll(subjects: readonly Subject[], rounds: number): Promise<readonly Timing[]> {
  const rows = [];
  for (const subject of subjects) {
    rows.push({ subject, times: await warmUp(subject), wallNs: [] as number[], cpuNs: [] as number[] });
  }
  for (let round = 0; round < rounds; round += 1) {
    const first = round % rows.length;
    for (const row of [...rows.slice(first), ...rows.slice(0, first)]) {
      const sample = await measureOnce(row.subject, row.times);
      row.wallNs.push(sample.wallNs);
      row.cpuNs.push(sample.cpuNs);
    }
  }
  return rows.map(({ subject: { name, version }, wallNs, cpuNs }) => ({ name, version, wallNs, cpuNs }));
}

/** @returns how many calls fill a sample */
async function warmUp(subject: Subject): Promise<number> {
  let times = 1;
  const deadlineMs = performance.now() + warmUpMs;
  for (;;) {
    const { wallNs } = await measureOnce(subject, times);
    if (performance.now() > deadlineMs) return Math.max(1, Math.round((sampleMs * 1e6) / wallNs));
    times = Math.max(1, Math.min(times * 2, Math.round((sampleMs * 1e6) / wallNs)));
  }
}

async function measureOnce({ run }: Subject, times: number): Promise<{ wallNs: number; cpuNs: number }> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const pending = run(times);
  if (pending instanceof Promise) await pending;
  const wallNs = ((performance.now() - startedMs) * 1e6) / times;
  const used = process.cpuUsage(cpu);
  return { wallNs, cpuNs: ((used.user + used.system) * 1000) / times };
}

/** A loop over a function, awaited only where it answers with a promise. */
export function repeat(call: (index: number) => unknown): Subject['run'] {
  const isAsync = call(0) instanceof Promise;
  if (isAsync) {
    return async (times) => {
      for (let index = 0; index < times; index += 1) await call(index);
    };
  }
  return (times) => {
    for (let index = 0; index < times; index += 1) call(index);
  };
}

/** The same over calls that refuse. */
export function repeatRefused(call: (index: number) => unknown): Subject['run'] {
  return async (times) => {
    for (let index = 0; index < times; index += 1) {
      try {
        const pending = call(index);
        if (pending instanceof Promise) await pending;
      } catch {
        continue;
      }
      throw new Error('a bad token was accepted');
    }
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Of values taken in the same rounds: the median of the rounds' own ratios, which a busy moment does not move. */
export function medianRatio(over: readonly number[], under: readonly number[]): number {
  return median(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}

export function medianDifference(from: readonly number[], subtract: readonly number[]): number {
  return median(from.map((value, round) => value - (subtract[round] ?? Number.NaN)));
}
