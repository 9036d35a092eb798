import { availableParallelism } from 'node:os';
import type { Now } from '../base/clock.ts';
import type { HashQueue } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';

export interface HashQueueOptions {
  /** Default: cores, less what would fill the threads of libuv and stall files and DNS. */
  readonly concurrency?: number;
  /** More are refused. */
  readonly maxWaiting: number;
  readonly now: Now;
}

/** Threads that libuv has for hashing, files and look-ups together (its documented default). */
const libuvThreads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
const firstGuessMs = 50;
/** Weight of the newest duration in the average that `Retry-After` is made of. */
const newestWeight = 0.1;

/**
 * Hashes first come, first served, never more than `concurrency` at a time:
 * memory is `concurrency` times that of one hash, whatever comes in.
 *
 * @throws TypeError for numbers that are not positive and whole; `run` rejects with Refusal `overloaded`
 */
export function createHashQueue(options: HashQueueOptions): HashQueue {
  const { concurrency = defaultConcurrency(), maxWaiting } = options;
  checkWhole('concurrency', concurrency, 1);
  checkWhole('maxWaiting', maxWaiting, 0);
  const waiting: (() => void)[] = [];
  let running = 0;
  let averageMs = firstGuessMs;

  const takeTurn = (): Promise<void> | undefined => {
    if (running < concurrency) {
      running += 1;
      return undefined;
    }
    if (waiting.length >= maxWaiting) throw overloaded(((waiting.length + 1) * averageMs) / concurrency);
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    return promise;
  };
  /** The turn passes on directly: a newcomer cannot slip in before who waits longest. */
  const passTurn = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    async run(task) {
      await takeTurn();
      const startedAtMs = options.now();
      try {
        return await task();
      } finally {
        const tookMs = Math.max(0, options.now() - startedAtMs);
        averageMs += (tookMs - averageMs) * newestWeight;
        passTurn();
      }
    },
    get waiting() {
      return waiting.length;
    },
  };
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new TypeError(`${name} is a number from ${least}`);
}

function defaultConcurrency(): number {
  return Math.max(1, Math.min(availableParallelism(), libuvThreads - 1));
}

function overloaded(waitMs: number): Refusal {
  return new Refusal('overloaded', {
    reason: 'too many passwords wait to be hashed',
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
