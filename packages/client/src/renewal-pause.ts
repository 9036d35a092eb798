import { ClientError } from './client-error.ts';

const pauseMs = 5000;
const longestPauseSeconds = 3600;

/**
 * At most one refresh in five seconds, and none before `Retry-After` has passed.
 *
 * Counted from the end of the last one by the client's own clock, so a clock
 * that is wrong, however wrong, cannot make a loop.
 */
export interface RenewalPause {
  /** `just-renewed`: the last one succeeded moments ago. @throws ClientError the failure of the last one, while it rests */
  readonly check: () => 'may-renew' | 'just-renewed';
  readonly succeeded: () => void;
  /** Also what another tab was told: the issuer is left alone by both. */
  readonly failed: (error: ClientError) => void;
  /**
   * Milliseconds until a refused token may be renewed, 0 for now. Unlike `check` it counts what other tabs did.
   *
   * @param lastRefreshMs  when the session was last renewed in any tab, by the clock that the pages of one computer share
   */
  readonly restMs: (lastRefreshMs: number | undefined) => number;
  readonly reset: () => void;
}

export function createRenewalPause(now: () => number): RenewalPause {
  let last: { atMs: number; pauseMs: number; error?: ClientError } | undefined;
  return {
    check: () => {
      const passedMs = now() - (last?.atMs ?? -Infinity);
      // A negative time has passed when the clock was set back: nothing can be said, so one is free.
      if (last === undefined || passedMs < 0 || passedMs >= last.pauseMs) return 'may-renew';
      if (last.error !== undefined) throw withRest(last.error, last.pauseMs - passedMs);
      return 'just-renewed';
    },
    succeeded: () => {
      last = { atMs: now(), pauseMs };
    },
    failed: (error) => {
      const askedMs = Math.min(error.retryAfterSeconds ?? 0, longestPauseSeconds) * 1000;
      last = { atMs: now(), pauseMs: Math.max(pauseMs, askedMs), error };
    },
    restMs: (lastRefreshMs) => {
      const own = last === undefined || last.error !== undefined ? 0 : restOf(last.atMs, now());
      return Math.max(own, lastRefreshMs === undefined ? 0 : restOf(lastRefreshMs, now()));
    },
    reset: () => {
      last = undefined;
    },
  };
}

/** A moment that lies ahead was noted by another clock: it says nothing. */
function restOf(atMs: number, nowMs: number): number {
  const passedMs = nowMs - atMs;
  return passedMs < 0 || passedMs >= pauseMs ? 0 : pauseMs - passedMs;
}

function withRest(error: ClientError, leftMs: number): ClientError {
  return new ClientError(error.code, error.message, {
    status: error.status,
    retryAfterSeconds: Math.ceil(leftMs / 1000),
    problem: error.problem,
    cause: error,
  });
}
