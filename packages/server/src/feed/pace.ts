import type { Schedule } from '../base/schedule.ts';

/** Under load, one head in so many milliseconds: at 116 events a second a follower then gets less than 10 kB. */
const everyMs = 100;
/** After a rest, so many at once. */
const burst = 5;

export interface Pace {
  /** Fulfilled when the next may be made. */
  take(): Promise<void>;
}

/** Lets the first through at once, and holds back what comes faster for long. */
export function createPace(now: () => number, schedule: Schedule): Pace {
  /** When the budget is full again. */
  let fullAtMs = 0;
  let lastMs = 0;
  return {
    take() {
      const nowMs = now();
      // A clock that steps back must not stop the heads.
      const isBack = nowMs < lastMs;
      lastMs = nowMs;
      fullAtMs = (isBack ? nowMs : Math.max(fullAtMs, nowMs)) + everyMs;
      const waitMs = fullAtMs - burst * everyMs - nowMs;
      if (waitMs <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        schedule(resolve, waitMs);
      });
    },
  };
}
