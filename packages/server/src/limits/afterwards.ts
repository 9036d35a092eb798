import { setImmediate } from 'node:timers/promises';
import type { Afterwards, Log } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';

/** A queue of what follows answers. Tasks begin in the next turn of the loop, when the answer was written. */
export function createAfterwards({
  maxWaiting,
  log,
}: {
  readonly maxWaiting: number;
  readonly log: Log;
}): Afterwards {
  const waiting = new Set<Promise<void>>();
  return {
    run(name, task) {
      if (waiting.size >= maxWaiting) {
        throw new Refusal('overloaded', { reason: `too much follows: ${name}`, retryAfterSeconds: 5 });
      }
      const done = setImmediate()
        .then(task)
        .catch((error: unknown) => log.error('afterwards-failed', { task: name, error }))
        .finally(() => waiting.delete(done));
      waiting.add(done);
    },
    async settled() {
      while (waiting.size > 0) await Promise.all(waiting);
    },
  };
}
