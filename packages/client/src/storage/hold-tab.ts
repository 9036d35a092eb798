import type { Surroundings } from '../surroundings.ts';

/** How long a page that was just reloaded may take to let go of its lock. */
const farewellMs = 1000;

/**
 * Hold the lock named after one tab's storage for as long as the page lives.
 *
 * A duplicated tab brings a copy of the storage and finds the lock taken. A
 * reloaded tab may find its own predecessor still holding it for a moment,
 * hence the short wait. Where there are no Web Locks, or none for this page,
 * nothing can be told apart and the answer is yes.
 *
 * @returns whether this page may use the storage of that name
 */
export function holdTab(name: string, surroundings: Surroundings, patienceMs: number): Promise<boolean> {
  const { locks, heldTabs } = surroundings;
  if (locks === undefined) return Promise.resolve(true);
  const asked = heldTabs.get(name);
  if (asked !== undefined) return asked;
  const held = askForLock(locks, name, Math.min(farewellMs, patienceMs));
  heldTabs.set(name, held);
  return held;
}

function askForLock(locks: LockManager, name: string, waitMs: number): Promise<boolean> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), waitMs);
  return new Promise((resolve) => {
    const holdUntilThePageEnds = (): Promise<never> => {
      clearTimeout(timer);
      resolve(true);
      return new Promise(() => {});
    };
    locks
      .request(name, { signal: waiting.signal }, holdUntilThePageEnds)
      .catch(() => resolve(!waiting.signal.aborted));
  });
}
