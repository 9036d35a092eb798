import { randomInt } from 'node:crypto';
import { FeedError } from './feed-error.ts';

/** Run `task` once after so many milliseconds. @returns calls it off */
export type Schedule = (task: () => void, delayMs: number) => () => void;

/** What a follower takes from the world around it; a test gives it another. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly schedule: Schedule;
  /** From 0 up to, and without, 1. */
  readonly random: () => number;
}

/** Timers of this process, which do not keep it alive. */
export const scheduleTimer: Schedule = (task, delayMs) => {
  const timer = setTimeout(task, delayMs);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Spreads what many followers do after the same failure. */
export const drawFraction = (): number => randomInt(2 ** 32) / 2 ** 32;

/** Fulfilled after the time, or as soon as the signal fires. */
export function pause(schedule: Schedule, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = schedule(finish, delayMs);
    signal.addEventListener('abort', finish);
  });
}

export interface Limit {
  readonly schedule: Schedule;
  readonly delayMs: number;
  /** Ends the work as well. */
  readonly parent: AbortSignal;
}

export interface Work {
  readonly signal: AbortSignal;
  /** The time begins anew. */
  prolong(): void;
  end(reason: unknown): void;
}

const over = new FeedError('timed_out');

/**
 * Run `work` until `delayMs` after its start or last prolongation, and reject then, whether or not it heeds its signal.
 *
 * @throws FeedError `timed_out`; what `work` throws; the reason of `parent` or of `end`
 */
export async function within<T>(limit: Limit, work: (work: Work) => Promise<T>): Promise<T> {
  const { schedule, delayMs, parent } = limit;
  parent.throwIfAborted();
  const own = new AbortController();
  const follow = (): void => own.abort(parent.reason);
  const start = (): (() => void) => schedule(() => own.abort(new FeedError('timed_out')), delayMs);
  let cancel = start();
  parent.addEventListener('abort', follow);
  const prolong = (): void => {
    cancel();
    cancel = start();
  };
  try {
    const running = work({ signal: own.signal, prolong, end: (reason) => own.abort(reason) });
    return await Promise.race([rejectOnAbort(own.signal), running]);
  } finally {
    cancel();
    parent.removeEventListener('abort', follow);
    // What still runs, such as a body that nobody reads to its end, is let go. Without a reason each would make an error.
    own.abort(over);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}
