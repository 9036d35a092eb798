import { TokenError, type TokenErrorCode } from '../token-error.ts';

export interface Pace {
  readonly cooldownSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface PacedRefresh {
  /** Join the work under way, start it, or do nothing when it is too early; rejects with the fault of this or the last work. */
  refresh(): Promise<void>;
  /** Start the work unless it is under way or too early. Never waits and never throws. */
  refreshBehind(): void;
  /** Do the work, whatever the pace, after what is under way: that may have begun too soon. Rejects with its fault. */
  renew(): Promise<void>;
  /** Code of the last work when it failed. */
  fault(): TokenErrorCode | undefined;
}

/**
 * Run `work` one at a time and not too often: after success no sooner than the
 * cooldown, after the n-th failure in a row no sooner than min(2^(n−1) s, cooldown).
 */
export function paceRefresh(work: () => Promise<void>, pace: Pace): PacedRefresh {
  let flight: Promise<void> | undefined;
  let fault: TokenError | undefined;
  let failures = 0;
  let startedAtMs: number | undefined;

  const isTooEarly = (): boolean => {
    const waitSeconds =
      failures === 0 ? pace.cooldownSeconds : Math.min(2 ** (failures - 1), pace.cooldownSeconds);
    const waitedMs = startedAtMs === undefined ? undefined : pace.now() - startedAtMs;
    // A clock that went backwards does not prolong the wait.
    return waitedMs !== undefined && waitedMs >= 0 && waitedMs < waitSeconds * 1000;
  };

  const attempt = async (): Promise<void> => {
    startedAtMs = pace.now();
    try {
      await work();
      fault = undefined;
      failures = 0;
    } catch (error) {
      fault = error instanceof TokenError ? error : new TokenError('key_set_unavailable', { cause: error });
      failures += 1;
      throw fault;
    }
  };

  const start = (): Promise<void> => {
    flight ??= attempt().finally(() => {
      flight = undefined;
    });
    return flight;
  };
  const refresh = (): Promise<void> => {
    if (flight !== undefined || !isTooEarly()) return start();
    return fault === undefined ? Promise.resolve() : Promise.reject(fault);
  };

  return {
    refresh,
    refreshBehind: () => {
      // The failure is kept in `fault`; nobody waits for it here.
      if (flight === undefined && !isTooEarly()) refresh().catch(() => undefined);
    },
    renew: () => (flight === undefined ? start() : flight.then(start, start)),
    fault: () => fault?.code,
  };
}
