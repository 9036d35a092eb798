import type { FeedStatements } from '../base/feed-rows.ts';
import type { Log, Store } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';

export interface RetentionParts {
  readonly store: Pick<Store, 'commit'>;
  readonly statements: Pick<FeedStatements, 'deleteExpired' | 'forgetFollowers'>;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
}

const everyMs = 600_000;
/** Events stay for a day after their use: operators look, and clocks step. */
const keptSeconds = 86_400;
const rowsAtOnce = 500;
const restMs = 250;

/** Deletes events that are of no use, some at a time. @returns stops it */
export function startRetention(parts: RetentionParts): () => void {
  const { store, statements, now, schedule, log } = parts;
  let isStopped = false;
  let cancel = (): void => {};

  const deleteSome = async (): Promise<number> => {
    const nowMs = now();
    const beforeSeconds = Math.floor(nowMs / 1000) - keptSeconds;
    const outcome = await store.commit([
      statements.deleteExpired({ beforeSeconds, limit: rowsAtOnce }),
      statements.forgetFollowers(nowMs - keptSeconds * 1000),
    ]);
    return outcome.kind === 'committed' && outcome.results[0].changes === rowsAtOnce ? restMs : everyMs;
  };
  const deleteOrLog = (): Promise<number> =>
    deleteSome().catch((error: unknown) => {
      if (!isStopped) log.error('feed.retention-failed', { error });
      return everyMs;
    });
  const repeat = (afterMs: number): void => {
    if (isStopped) return;
    cancel = schedule(() => {
      void deleteOrLog().then((restMs) => repeat(restMs));
    }, afterMs);
  };
  repeat(everyMs);
  return () => {
    isStopped = true;
    cancel();
  };
}
