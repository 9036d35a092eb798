import { startTestServer } from 'countersign/testing';
import { createDraw } from '../../../server/test/faults/ledger.ts';
import type { StorageKind } from './device.ts';
import { createPopulation, type HonestCounts, liveOnePeriod, newCounts } from './honest-users.ts';
import type { Policy } from './policy.ts';
import { newTheftCounts, openFollower, steal, type TheftCounts } from './thieves.ts';

export interface SimulationOptions {
  /** Honest ones, at least. */
  readonly refreshes: number;
  readonly thieves: number;
  readonly users: number;
  readonly seed: number;
  /** Default: ours. */
  readonly policy?: Policy;
  /** Where the database lies; default a temporary folder. */
  readonly directory?: string;
  /** Told after each period what was counted so far. */
  readonly onPeriod?: (honest: HonestCounts) => void;
}

export interface SimulationReport {
  readonly seed: number;
  readonly honest: HonestCounts;
  readonly byStorage: Readonly<Record<StorageKind, HonestCounts>>;
  readonly falseLogoutsPerMillion: number;
  readonly thievesOfToken: TheftCounts;
  readonly thievesOfTokenAndSecret: TheftCounts;
  /** Of the virtual clock. */
  readonly days: number;
}

/**
 * Honest users of our client and thieves, against the real server on a real
 * database, by a virtual clock.
 */
export async function simulateRefresh(options: SimulationOptions): Promise<SimulationReport> {
  const { refreshes, thieves, users, seed, directory, policy = 'request id' } = options;
  const server = await startTestServer(directory === undefined ? {} : { directory });
  try {
    const draw = createDraw(seed);
    const startMs = server.clock.now();
    const [thievesOfToken, thievesOfTokenAndSecret] = [newTheftCounts(), newTheftCounts()];
    const follower = await openFollower(server);
    const crime = { server, draw, policy, follower };
    for (let n = 0; n < thieves; n++) {
      await steal(crime, 'token', thievesOfToken);
      if (n % 10 === 0) await steal(crime, 'token and secret', thievesOfTokenAndSecret);
    }
    follower.close();
    const population = await createPopulation({ server, draw, policy }, users);
    const byStorage = population.countsByKind;
    while (sum(Object.values(byStorage)).refreshes < refreshes) {
      await liveOnePeriod(population);
      options.onPeriod?.(sum(Object.values(byStorage)));
    }
    for (const { device } of population.users) device.close();
    const honest = sum(Object.values(byStorage));
    return {
      seed,
      honest,
      byStorage,
      falseLogoutsPerMillion: (honest.falseLogouts / honest.refreshes) * 1e6,
      thievesOfToken,
      thievesOfTokenAndSecret,
      days: (server.clock.now() - startMs) / 86_400_000,
    };
  } finally {
    await server.close();
  }
}

function sum(all: readonly HonestCounts[]): HonestCounts {
  const total = newCounts();
  for (const counts of all) {
    total.refreshes += counts.refreshes;
    total.falseLogouts += counts.falseLogouts;
    total.lostRequests += counts.lostRequests;
    total.lostAnswers += counts.lostAnswers;
    total.restarts += counts.restarts;
    total.crashes += counts.crashes;
    total.tabsOpened += counts.tabsOpened;
    total.tabsDuplicated += counts.tabsDuplicated;
    total.sleeps += counts.sleeps;
  }
  return total;
}
