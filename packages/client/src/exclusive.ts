/** Runs one piece of work at a time. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * One at a time in this client, and, under `name`, in every tab of the origin.
 *
 * The Web Lock is an optimisation: the issuer gives the right answer without
 * it. So a lock that cannot be had within `patienceMs` (a frozen tab may hold
 * it) is done without.
 */
export function createExclusive(
  name: string | undefined,
  locks: LockManager | undefined,
  patienceMs: number,
): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const locked =
      name === undefined || locks === undefined ? work : () => withLock(locks, { name, patienceMs }, work);
    const done = last.then(locked, locked);
    last = done.catch(() => undefined);
    return done;
  };
}

async function withLock<T>(
  locks: LockManager,
  lock: { name: string; patienceMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), lock.patienceMs);
  let running: Promise<T> | undefined;
  try {
    return await locks.request(lock.name, { signal: waiting.signal }, () => {
      clearTimeout(timer);
      running = work();
      return running;
    });
  } catch (error) {
    if (running === undefined) return await work();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
