import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RevocationView } from '@countersign/revocation';

/** Asking the feed on behalf of requests that wait. Neither call rejects. */
export interface PacedPull {
  /**
   * For a guard that knows too little: one call that everybody shares, waited for up to 5 s. When the
   * last one ended less than about a second ago nothing is asked, so that an outage brings no storm.
   */
  refresh(): Promise<void>;
  /** For `Revocation-Min-Seq`: until `seq` is known, at most 50 ms and two calls. */
  reach(seq: number): Promise<void>;
}

const refreshWaitMs = 5_000;
const reachWaitMs = 50;
/** Between calls for numbers that the feed does not know, whoever invents them. */
const unmetPauseMs = 10;

/** @param now  milliseconds since 1970 */
export function createPacedPull(view: RevocationView, now: () => number): PacedPull {
  let refreshing: Promise<void> | undefined;
  let restUntilMs = 0;
  const reachNext = queuePulls(view);
  const refresh = async (): Promise<void> => {
    await ended(view.pull(), refreshWaitMs);
    refreshing = undefined;
    restUntilMs = now() + randomInt(500, 1_500);
  };
  return {
    refresh: () => {
      const restMs = restUntilMs - now();
      // A clock that was set back ends the rest.
      if (refreshing === undefined && restMs > 0 && restMs <= 1_500) return Promise.resolve();
      refreshing ??= refresh();
      return refreshing;
    },
    reach: (seq) => ended(reachBy(view, seq, reachNext), reachWaitMs),
  };
}

async function reachBy(view: RevocationView, seq: number, pullAfresh: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 2 && view.seq < seq; tries += 1) await pullAfresh();
}

/** A call under way may have been answered before the number was given out: who comes later waits for the next. */
function queuePulls(view: RevocationView): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const pull = async (): Promise<void> => {
    const { seq } = view;
    await view.pull().catch(() => {});
    if (view.seq === seq) rest = delay(unmetPauseMs, undefined, { ref: false });
  };
  let rest: Promise<void> = Promise.resolve();
  return () => {
    next ??= running
      .then(() => rest)
      .then(() => {
        next = undefined;
        running = pull();
        return running;
      });
    return next;
  };
}

async function ended(work: Promise<void>, waitMs: number): Promise<void> {
  const stop = new AbortController();
  const timeout = delay(waitMs, undefined, { ref: false, signal: stop.signal }).catch(() => {});
  await Promise.race([work.catch(() => {}), timeout]);
  stop.abort();
}
