import { generateKey, type Key } from '@countersign/tokens';
import type { followFeed as FollowFeed } from '../../src/follow.ts';
import { createFeedModel, type FeedModel } from './issuer.ts';
import { startGuard, type GuardProcess } from './guard.ts';
import { createLink, faultKinds, type LinkFault } from './link.ts';
import { createSessionModel, type IssuerFaults, type SessionModel } from './sessions.ts';
import { createRandom, createVirtualTime, settle, type VirtualTime } from './virtual-time.ts';

/**
 * - `calm`: nothing fails, so that no honest token may be refused
 * - `faulty`: network, relays and guards misbehave, and recover
 * - `declared`: also, the database is restored and a gap is declared
 * - `undeclared`: also, it is restored and nobody says so for a while
 */
export const weathers = ['calm', 'faulty', 'declared', 'undeclared'] as const;

export interface SimulationOptions {
  readonly seed: number;
  readonly weather: (typeof weathers)[number];
  readonly followFeed: typeof FollowFeed;
  readonly issuerFaults?: IssuerFaults;
  /** Only these, and much of them; else a few of all. */
  readonly faultKinds?: readonly LinkFault['kind'][];
}

export interface SimulationReport {
  /** Acceptances that must not be, and refusals that must not be. */
  readonly violations: readonly string[];
  readonly presented: number;
  readonly accepted: number;
  readonly alarms: number;
}

const startMs = 1_790_000_000_000;
const faultsFromMs = 2000;
const faultsToMs = 20_000;
const healthyFromMs = 39_000;
const endMs = 43_000;
const stepMs = 150;
let feedKey: Key | undefined;

interface World {
  readonly options: SimulationOptions;
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly feed: FeedModel;
  readonly sessions: SessionModel;
  readonly guards: GuardProcess[];
  readonly violations: string[];
  startGuard(index: number): GuardProcess;
}

/** One minute of one issuer and two guards, from one seed: the same seed is the same run. */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const world = createWorld(options);
  const { time, random, guards, sessions, violations } = world;
  planRollback(world);
  planSleep(world);
  let presented = 0;
  let accepted = 0;
  for (let atMs = 0; atMs < endMs; atMs += stepMs) {
    await time.runUntil(startMs + atMs);
    act(world, atMs);
    for (const guard of guards) {
      for (const token of choose(sessions, random)) {
        const isAccepted = guard.present(token);
        presented += 1;
        accepted += isAccepted ? 1 : 0;
        if (isAccepted || token.revokedAtMs !== undefined || token.isLost || !mustAccept(world, guard))
          continue;
        const { state, fault, headTimeMs = 0 } = guard.view.status();
        violations.push(
          `refused an honest token at ${atMs} ms: ${state} ${fault ?? ''} head ${headTimeMs - startMs} seq ${guard.view.seq} of ${world.feed.seq} ${JSON.stringify(token)}`,
        );
      }
    }
  }
  const alarms = guards.filter(({ view }) => view.status().state === 'alarmed').length;
  for (const { view } of guards) view.close();
  await settle();
  return { violations, presented, accepted, alarms };
}

function createWorld(options: SimulationOptions): World {
  const random = createRandom(options.seed);
  const time = createVirtualTime(startMs);
  feedKey ??= generateKey('ES256', { keyId: 'feed' });
  const faults = options.issuerFaults ?? {};
  const { forgetsEarly } = faults;
  const feed = createFeedModel({ time, feedKey, clockOffsetMs: offset(random), forgetsEarly });
  feed.declareGap();
  const sessions = createSessionModel({ time, feed, random, faults });
  const past = { batches: [], heads: [], snapshots: [] };
  const violations: string[] = [];
  const isCalm = options.weather === 'calm';
  const maxStalenessSeconds = random() < 0.4 ? 4 : random() < 0.5 ? 6 : 12;
  const offsets = [offset(random), offset(random)];
  let process = 0;
  const start = (index: number): GuardProcess => {
    const transport = createLink({
      time,
      feed,
      random,
      past,
      faults: isCalm ? [] : planFaults(random, options.faultKinds),
      onAcknowledged: ({ seq, hash }) => {
        if (!feed.isOnChain(seq, hash)) return;
        guard.acknowledgedSeq = Math.max(guard.acknowledgedSeq, seq);
      },
      onLastHead: (lastHead) => {
        if (feed.isRollbackProof(lastHead)) sessions.isHalted = true;
      },
    });
    const { followFeed } = options;
    const offsetMs = offsets[index] ?? 0;
    const name = `guard ${index}.${process++}`;
    const guard = startGuard({
      name,
      time,
      random,
      transport,
      followFeed,
      offsetMs,
      maxStalenessSeconds,
      violations,
    });
    return guard;
  };
  return {
    options,
    time,
    random,
    feed,
    sessions,
    guards: [start(0), start(1)],
    violations,
    startGuard: start,
  };
}

/** Clocks differ by at most 2 s from each other. */
const offset = (random: () => number): number => Math.floor(random() * 2000) - 1000;

function planFaults(random: () => number, only?: SimulationOptions['faultKinds']): readonly LinkFault[] {
  const kinds = only ?? faultKinds;
  const count = only === undefined ? Math.floor(random() * 5) : 4;
  return Array.from({ length: count }, () => {
    const fromMs = startMs + faultsFromMs + random() * (faultsToMs - faultsFromMs);
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'drop';
    return { kind, fromMs, toMs: Math.min(fromMs + 500 + random() * 10_000, startMs + faultsToMs) };
  });
}

function planRollback({ options, time, random, feed, sessions, guards }: World): void {
  if (options.weather !== 'declared' && options.weather !== 'undeclared') return;
  const isDeclared = options.weather === 'declared';
  time.schedule(
    () => {
      feed.save();
      sessions.save();
    },
    3000 + random() * 5000,
  );
  time.schedule(
    () => {
      const seq = feed.restore(offset(random));
      for (const guard of guards) guard.acknowledgedSeq = Math.min(guard.acknowledgedSeq, seq);
      sessions.restore(isDeclared);
      if (isDeclared) sessions.declareGap();
      else if (random() < 0.5) time.schedule(() => sessions.declareGap(), random() * 8000);
    },
    9000 + random() * 5000,
  );
}

function planSleep({ options, time, random, guards, startGuard }: World): void {
  if (options.weather === 'calm') return;
  for (const index of [0, 1]) {
    if (random() < 0.4) {
      const fromMs = faultsFromMs + random() * 8000;
      time.schedule(() => guards[index]?.sleep(), fromMs);
      time.schedule(() => guards[index]?.wake(), fromMs + random() * 10_000);
    }
    if (random() < 0.3) {
      time.schedule(
        () => {
          guards[index]?.view.close();
          guards[index] = startGuard(index);
        },
        faultsFromMs + random() * 16_000,
      );
    }
  }
}

function act({ feed, sessions, random }: World, atMs: number): void {
  if (random() < 0.35) sessions.logIn();
  if (random() < 0.3) sessions.refresh();
  if (random() < 0.15) sessions.revoke();
  // A rush: more than the log holds.
  if (random() < 0.002) for (let n = 0; n < 30; n++) sessions.revoke();
  if (atMs % 1050 === 0) feed.tick();
}

function choose({ tokens, forge }: SessionModel, random: () => number): SessionModel['tokens'] {
  const recent = tokens.slice(-60);
  const chosen = Array.from({ length: 6 }, () => recent[Math.floor(random() * recent.length)]);
  const forged = random() < 0.3 ? forge() : undefined;
  return [...chosen, forged].filter((token) => token !== undefined);
}

/** Whether nothing excuses a refusal: not the start, not a fault, not an alarm that is to be. */
function mustAccept({ options, time }: World, guard: GuardProcess): boolean {
  if (time.nowMs < guard.startedAtMs + 3000) return false;
  if (options.weather === 'calm') return true;
  return (
    options.weather !== 'undeclared' &&
    time.nowMs > startMs + healthyFromMs &&
    guard.view.status().state !== 'alarmed'
  );
}
