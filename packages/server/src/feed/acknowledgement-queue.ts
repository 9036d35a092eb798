import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';

export interface AcknowledgementQueueParts {
  /** Carries one to the issuer. */
  readonly send: (body: string, signal: AbortSignal) => Promise<void>;
  readonly schedule: Schedule;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export interface AcknowledgementQueue {
  /**
   * Fulfilled when the issuer has taken it, and not before: a process may go by what it
   * was told only once the issuer knows.
   *
   * @param process  whose it is; a newer one takes the place of one that still waits
   * @throws Refusal `unavailable`, `overloaded`
   */
  carry(process: string, body: string): Promise<void>;
  readonly waiting: number;
}

interface Waiting {
  readonly body: string;
  readonly resolve: () => void;
  readonly reject: (refusal: Refusal) => void;
  readonly cancel: () => void;
}

const atOnce = 16;
const maxWaiting = 20_000;
/** Followers give up after ten seconds, and say it again. */
const waitLimitMs = 10_000;
const sendLimitMs = 5000;

/** Acknowledgements on their way through a relay: so many at once, the others in order. */
export function createAcknowledgementQueue(parts: AcknowledgementQueueParts): AcknowledgementQueue {
  const queue = new Map<string, Waiting>();
  let running = 0;

  const take = (process: string, waiting: Waiting): void => {
    queue.delete(process);
    waiting.cancel();
    running += 1;
    const limit = AbortSignal.any([parts.signal, AbortSignal.timeout(sendLimitMs)]);
    parts
      .send(waiting.body, limit)
      .then(waiting.resolve, () => waiting.reject(refuse('the issuer did not take it')))
      .finally(() => {
        running -= 1;
        carryOn();
      });
  };
  const carryOn = (): void => {
    for (const [process, waiting] of queue) {
      if (running >= atOnce) return;
      take(process, waiting);
    }
  };
  return {
    carry(process, body) {
      const before = queue.get(process);
      if (before === undefined && queue.size >= maxWaiting) {
        throw new Refusal('overloaded', { reason: 'too many acknowledgements wait', retryAfterSeconds: 1 });
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      before?.cancel();
      const cancel = parts.schedule(() => {
        queue.delete(process);
        reject(refuse('waited too long'));
      }, waitLimitMs);
      // It keeps its place in the order.
      queue.set(process, { body, resolve, reject, cancel });
      before?.reject(refuse('a newer one took its place'));
      carryOn();
      return promise;
    },
    get waiting() {
      return queue.size;
    },
  };
}

function refuse(reason: string): Refusal {
  return new Refusal('unavailable', { reason, retryAfterSeconds: 1 });
}
