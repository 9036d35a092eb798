import { type Key, thumbprint } from '@countersign/tokens';
import { FeedError } from './feed-error.ts';
import { pause, type Surroundings, within } from './schedule.ts';
import type { FeedKeys, FeedTransport } from './transport.ts';

/** The issuer's feed keys, read from the issuer itself, again and again. */
export interface FeedKeyRing {
  /** `undefined` before the first reading, and when the last one is an hour old. */
  readonly current: FeedKeys | undefined;
  /** Reads them now, unless that was done a moment ago. Rejects when it fails, or failed a moment ago. */
  refresh(): Promise<void>;
  /** Whether the key that has this id now is another one than before, or none. */
  isWithdrawn(keyId: string, before: FeedKeys): boolean;
  /** Keeps reading until the signal fires. */
  keepReading(): Promise<void>;
}

export interface FeedKeyRingOptions {
  readonly issuer: string;
  readonly transport: FeedTransport;
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  /** Called with the keys that were read and those before. */
  onKeys(keys: FeedKeys, before: FeedKeys | undefined): void;
  onFault(error: unknown): void;
}

const rereadMs = 300_000;
/** Who holds back the keys keeps a withdrawn one alive for so long at most. */
const maxAgeMs = 3_600_000;
const cooldownMs = 10_000;
const timeLimitMs = 10_000;

export function createFeedKeyRing(options: FeedKeyRingOptions): FeedKeyRing {
  const { issuer, transport, around, signal } = options;
  let keys: FeedKeys | undefined;
  let readAtMs = 0;
  let triedAtMs: number | undefined;
  let failures = 0;
  let fault: unknown;
  let flight: Promise<void> | undefined;

  async function read(): Promise<void> {
    triedAtMs = around.now();
    try {
      const limit = { schedule: around.schedule, delayMs: timeLimitMs, parent: signal };
      const next = await within(limit, ({ signal }) => transport.fetchKeys(signal));
      if (next.issuer !== issuer) throw new FeedError('keys_foreign');
      const before = keys;
      keys = next;
      readAtMs = around.now();
      failures = 0;
      options.onKeys(next, before);
    } catch (error) {
      failures += 1;
      fault = error;
      options.onFault(error);
      throw error;
    }
  }

  const waitMs = (): number => (failures === 0 ? cooldownMs : Math.min(250 * 2 ** failures, cooldownMs));

  function refresh(): Promise<void> {
    const waitedMs = triedAtMs === undefined ? undefined : around.now() - triedAtMs;
    // A clock that was set back does not prolong the wait.
    const isTooEarly = waitedMs !== undefined && waitedMs >= 0 && waitedMs < waitMs();
    if (flight === undefined && isTooEarly) return failures === 0 ? Promise.resolve() : Promise.reject(fault);
    flight ??= read().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    get current() {
      return keys !== undefined && around.now() - readAtMs < maxAgeMs ? keys : undefined;
    },
    refresh,
    isWithdrawn: (keyId, before) => thumbprintOf(before, keyId) !== thumbprintOf(keys, keyId),
    async keepReading() {
      while (!signal.aborted) {
        const delayMs = failures === 0 ? rereadMs * (0.9 + 0.2 * around.random()) : cooldownMs;
        await pause(around.schedule, delayMs, signal);
        // The fault is kept by `onFault`.
        if (!signal.aborted) await refresh().catch(() => undefined);
      }
    },
  };
}

function thumbprintOf(keys: FeedKeys | undefined, keyId: string): string | undefined {
  const key: Key | undefined = keys?.keys.find({ algorithm: 'ES256', keyId });
  return key === undefined ? undefined : thumbprint(key);
}
