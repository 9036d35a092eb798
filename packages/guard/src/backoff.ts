export interface Backoff {
  /** Whole seconds until the next attempt is allowed; 0 when it is allowed now. */
  waitSeconds(): number;
  /** Note a failed attempt. @returns whole seconds until the next one is allowed */
  fail(): number;
  /** Note a good attempt: the next failure counts as the first. */
  reset(): void;
}

const maxSeconds = 30;

/**
 * Growing pauses between failed attempts: 1, 2, 4, … 30 seconds.
 *
 * @param now  milliseconds since 1970; a clock that is set back ends the pause
 */
export function createBackoff(now: () => number): Backoff {
  let failures = 0;
  let retryAtMs = 0;
  return {
    waitSeconds: () => {
      const seconds = failures === 0 ? 0 : Math.ceil((retryAtMs - now()) / 1000);
      return seconds > 0 && seconds <= maxSeconds ? seconds : 0;
    },
    fail: () => {
      const seconds = Math.min(2 ** failures, maxSeconds);
      failures += 1;
      retryAtMs = now() + seconds * 1000;
      return seconds;
    },
    reset: () => {
      failures = 0;
    },
  };
}
