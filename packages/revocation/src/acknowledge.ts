import { randomBytes } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { pause, type Surroundings, within } from './schedule.ts';
import type { FeedTransport } from './transport.ts';

export interface AcknowledgerOptions {
  readonly clientId: string;
  readonly transport: Pick<FeedTransport, 'acknowledge'>;
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  readonly ledger: Pick<Ledger, 'head' | 'place'>;
  /** The longest of any route, in seconds, as it is now. */
  readonly wantedStalenessSeconds: () => number;
}

export interface Acknowledger {
  /** Says how far this process is, where the issuer was not told yet: at once, or after what is under way. */
  tellNews(): void;
  /** Says so every 20 seconds until the signal fires. */
  keepTelling(): Promise<void>;
  /** The least that was ever said, which no judgement may go beyond; `undefined` before anything was. */
  readonly toldStalenessSeconds: number | undefined;
}

const everyMs = 20_000;
const timeLimitMs = 10_000;
/** So many at once, and under load one in so long: an answer weighs as much as ten events. */
const burst = 4;
const paceMs = 500;

/**
 * Receipts: tells the issuer how far this process is, so that it may count it as confirmed.
 *
 * Says only what holds: the place and, for the longest staleness, a number that judgements keep to from before it is
 * sent. It only falls while the process lives: an answer may come from a relay that has carried nothing on, so no
 * answer proves that the issuer knows of a longer one.
 */
export function createAcknowledger(options: AcknowledgerOptions): Acknowledger {
  const { transport, around, signal, ledger } = options;
  const process = randomBytes(16).toString('base64url');
  let told: number | undefined;
  let toldSeq: number | undefined;
  let isTelling = false;
  let isAskedAgain = false;
  /** When the burst is whole again. */
  let wholeAtMs = 0;

  async function keepPace(): Promise<void> {
    const nowMs = around.now();
    // A clock that steps back must not stop them.
    const from = Math.min(Math.max(wholeAtMs, nowMs), nowMs + burst * paceMs);
    wholeAtMs = from + paceMs;
    const waitMs = wholeAtMs - burst * paceMs - nowMs;
    if (waitMs > 0) await pause(around.schedule, waitMs, signal);
  }

  async function tellOnce(): Promise<void> {
    const { head, place } = ledger;
    if (head === undefined || place === undefined) return;
    const wanted = options.wantedStalenessSeconds();
    // The issuer may hear it though no answer comes back.
    const maxStalenessSeconds = Math.min(told ?? wanted, wanted);
    told = maxStalenessSeconds;
    const acknowledgement = {
      clientId: options.clientId,
      process,
      seq: place.seq,
      hash: place.hash,
      maxStalenessSeconds,
    };
    const limit = { schedule: around.schedule, delayMs: timeLimitMs, parent: signal };
    await within(limit, ({ signal }) => transport.acknowledge(acknowledgement, signal));
    toldSeq = place.seq;
  }

  async function tellAll(): Promise<void> {
    // What else has come meanwhile is applied first.
    await rest();
    for (let failures = 0; isAskedAgain && !signal.aborted && failures < 5; ) {
      await keepPace();
      isAskedAgain = false;
      try {
        await tellOnce();
      } catch {
        failures += 1;
        isAskedAgain = true;
        await pause(around.schedule, 500 * 2 ** failures * (0.5 + around.random()), signal);
      }
    }
  }

  function tell(): void {
    isAskedAgain = true;
    if (isTelling) return;
    isTelling = true;
    void tellAll().finally(() => {
      isTelling = false;
    });
  }

  return {
    tellNews() {
      const isLess = told === undefined || options.wantedStalenessSeconds() < told;
      if (toldSeq !== ledger.place?.seq || isLess) tell();
    },
    async keepTelling() {
      while (!signal.aborted) {
        await pause(around.schedule, everyMs * (0.8 + 0.2 * around.random()), signal);
        if (!signal.aborted) tell();
      }
    },
    get toldStalenessSeconds() {
      return told;
    },
  };
}
