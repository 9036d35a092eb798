import type { Log, Statement, Store } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';

interface OldRows {
  readonly beforeMs: number;
  readonly limit: number;
}

export interface RetentionParts {
  readonly store: Pick<Store, 'commit'>;
  readonly statements: {
    deleteOldAttempts(old: OldRows): Statement;
    deleteOldDevices(old: OldRows): Statement;
  };
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
}

const dayMs = 86_400_000;
const attemptsKeptMs = 90 * dayMs;
/** As long as the longest session may last. */
const devicesKeptMs = 400 * dayMs;
const everyMs = 3_600_000;
const rowsAtOnce = 500;
const restMs = 1000;

/** Forgets guesses that nobody went on with, and devices that were not seen for long. @returns stops it */
export function startAttemptRetention(parts: RetentionParts): () => void {
  const { store, statements, now, schedule, log } = parts;
  let isStopped = false;
  let cancel = (): void => {};

  const deleteSome = async (): Promise<number> => {
    const nowMs = now();
    const outcome = await store.commit([
      statements.deleteOldAttempts({ beforeMs: nowMs - attemptsKeptMs, limit: rowsAtOnce }),
      statements.deleteOldDevices({ beforeMs: nowMs - devicesKeptMs, limit: rowsAtOnce }),
    ]);
    const isFull =
      outcome.kind === 'committed' && outcome.results.some(({ changes }) => changes === rowsAtOnce);
    return isFull ? restMs : everyMs;
  };
  const repeat = (afterMs: number): void => {
    if (isStopped) return;
    cancel = schedule(() => {
      void deleteSome()
        .catch((error: unknown) => {
          if (!isStopped) log.error('attempts.retention-failed', { error });
          return everyMs;
        })
        .then(repeat);
    }, afterMs);
  };
  repeat(everyMs);
  return () => {
    isStopped = true;
    cancel();
  };
}
