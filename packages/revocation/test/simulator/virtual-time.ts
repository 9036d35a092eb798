import type { Schedule } from '../../src/schedule.ts';

interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that moves only from task to task. */
export interface VirtualTime {
  readonly nowMs: number;
  readonly schedule: Schedule;
  /** Runs what is due until then, and after each task all that it sets off. */
  runUntil(atMs: number): Promise<void>;
}

export function createVirtualTime(startMs: number): VirtualTime {
  const tasks: Task[] = [];
  let nowMs = startMs;
  let order = 0;

  /** Binary search: latest first, so that the next one is popped. */
  function insert(task: Task): void {
    let low = 0;
    let high = tasks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = tasks[middle];
      if (other !== undefined && isBefore(task, other)) low = middle + 1;
      else high = middle;
    }
    tasks.splice(low, 0, task);
  }

  /** Before time leaps, what rests between two pieces of work goes on to its end. */
  async function findNext(): Promise<Task | undefined> {
    const next = tasks.at(-1);
    if (next === undefined || next.atMs - nowMs > leapMs) await settle(turnsBeforeLeap);
    return tasks.at(-1);
  }

  return {
    get nowMs() {
      return nowMs;
    },
    schedule(run, delayMs) {
      const task = { atMs: nowMs + Math.max(0, delayMs), order: order++, run };
      insert(task);
      return () => {
        const index = tasks.indexOf(task);
        if (index !== -1) tasks.splice(index, 1);
      };
    },
    async runUntil(atMs) {
      await settle();
      for (let next = await findNext(); next !== undefined && next.atMs <= atMs; next = await findNext()) {
        tasks.pop();
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settle();
      }
      nowMs = atMs;
    },
  };
}

const isBefore = (one: Task, other: Task): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

/** Every promise that can go on has gone on; reading a snapshot rests once a piece. */
export async function settle(turns = 2): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const leapMs = 100;
const turnsBeforeLeap = 12;

/** A small generator of pseudo-random numbers in [0, 1): mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
