/*
 * The roll of guard processes
 *
 *   unknown ──ack──► alive ──ack, at least every 20 s──► alive ──no ack for its horizon──► gone
 *
 *  1. A process is on the roll from its first acknowledgement until it can no
 *     longer accept any token: max(Δ, ttl_max), its horizon, after the last head
 *     that it can have heard.
 *  2. An acknowledgement is answered after its lease was committed, so a server
 *     that starts again knows every process that may be alive.
 *  3. What is said of a process only rises: the number that it has applied, its
 *     Δ, its horizon, the time when it was seen. A replay changes nothing.
 *  4. A process belongs to the client that named it first: nobody else's word moves
 *     it, however well it is proven.
 *  5. A process counts as confirmed when it has applied the event, or when its
 *     time has passed: then it never accepts what was revoked.
 *
 * Time of a process, for an act that was committed at r: it refuses everything
 * that is older than r once r + Δ + skew has passed, because no head from before
 * r is fresh enough by then; a stolen key can mint any `iat`, so for `key` it is
 * r + max(Δ, ttl_max) + skew.
 */
import { skewSeconds } from '@countersign/revocation';
import type { FeedStatements, FollowerRow } from '../base/feed-rows.ts';
import type { Confirmation, ConfirmRequest, Log, Store } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';

export interface RollParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: Pick<FeedStatements, 'readRoll' | 'saveFollower'>;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
}

/** What a process said, once its MAC holds. */
export interface Seen {
  readonly process: string;
  readonly clientId: string;
  readonly seq: number;
  readonly maxStalenessSeconds: number;
  readonly ttlMaxSeconds: number;
}

export interface Roll {
  /**
   * Fulfilled once it would be known to a server that starts again.
   * @returns false, and nothing is noted, where the process is one of another client
   * @throws Refusal `overloaded` where the client has too many processes already
   */
  note(seen: Seen): Promise<boolean>;
  /**
   * @param request `revokedAtMs`: no head from after this time lacks the event;
   *   `ttlMaxSeconds`: of the feed, now
   */
  confirm(request: RollRequest): Promise<Confirmation>;
  close(): void;
}

/** Of one client: as many as may hold streams at all. */
const maxProcesses = 5000;

export interface RollRequest extends ConfirmRequest {
  readonly ttlMaxSeconds: number;
}

interface Process extends FollowerRow {
  readonly seq: number;
}

/** So often an idle process says that it lives, jitter and a lost call included. */
const signOfLifeSeconds = 60;
/** A lease is written for so much longer than needed, so that most acknowledgements write nothing. */
const leaseAheadMs = 300_000;

export async function createRoll(parts: RollParts): Promise<Roll> {
  const { store, statements, now } = parts;
  const rows = await store.read(statements.readRoll(now()));
  const processes = new Map<string, Process>(rows.map((row) => [row.process, { ...row, seq: 0 }]));
  const waiting = new Set<Waiter>();

  const alive = (): readonly Process[] => {
    const nowMs = now();
    for (const process of processes.values()) {
      if (nowMs > endOf(process)) processes.delete(process.process);
    }
    return [...processes.values()];
  };
  return {
    async note(seen) {
      const before = processes.get(seen.process);
      if (before !== undefined && before.clientId !== seen.clientId) return false;
      if (before === undefined) checkRoom(alive(), seen.clientId);
      const process = merge(before, seen, now());
      processes.set(seen.process, process);
      for (const waiter of waiting) waiter.tell(process);
      if (endOf(process) <= (before?.leaseUntilMs ?? 0)) return true;
      const leased = { ...process, leaseUntilMs: endOf(process) + leaseAheadMs };
      await store.commit([statements.saveFollower(leased)]);
      const latest = processes.get(seen.process) ?? leased;
      const leaseUntilMs = Math.max(latest.leaseUntilMs, leased.leaseUntilMs);
      processes.set(seen.process, { ...latest, leaseUntilMs });
      return true;
    },
    confirm: (request) => confirm(request, { ...parts, alive, waiting }),
    close() {
      for (const waiter of waiting) waiter.look();
    },
  };
}

function checkRoom(alive: readonly Process[], clientId: string): void {
  const count = alive.reduce((sum, process) => sum + (process.clientId === clientId ? 1 : 0), 0);
  if (count < maxProcesses) return;
  throw new Refusal('overloaded', { reason: 'too many processes of one client', retryAfterSeconds: 30 });
}

function merge(before: Process | undefined, seen: Seen, nowMs: number): Process {
  const { process, clientId, seq, maxStalenessSeconds, ttlMaxSeconds } = seen;
  const longest = Math.max(before?.maxStalenessSeconds ?? 0, maxStalenessSeconds);
  return {
    process,
    clientId,
    seq: Math.max(before?.seq ?? 0, seq),
    maxStalenessSeconds: longest,
    horizonSeconds: Math.max(before?.horizonSeconds ?? 0, longest, ttlMaxSeconds),
    lastSeenMs: Math.max(before?.lastSeenMs ?? 0, nowMs),
    leaseUntilMs: before?.leaseUntilMs ?? 0,
  };
}

/** Of a lease that another run of the server has written, when the process was last seen is not known exactly. */
function endOf({ lastSeenMs, horizonSeconds, seq, leaseUntilMs }: Process): number {
  if (seq === 0) return leaseUntilMs;
  return lastSeenMs + (signOfLifeSeconds + horizonSeconds + skewSeconds) * 1000;
}

interface ConfirmParts extends Pick<RollParts, 'now' | 'schedule'> {
  readonly alive: () => readonly Process[];
  readonly waiting: Set<Waiter>;
}

/** Somebody who waits for some processes. */
interface Waiter {
  tell(process: Process): void;
  look(): void;
}

async function confirm(request: RollRequest, parts: ConfirmParts): Promise<Confirmation> {
  const { now, schedule, alive, waiting } = parts;
  const untilMs = now() + request.timeoutMs;
  for (;;) {
    const all = alive();
    const lagging = all.filter((process) => process.seq < request.seq && now() <= timeOf(process, request));
    if (lagging.length === 0 || now() >= untilMs) {
      return {
        confirmed: all.length - lagging.length,
        connected: all.length,
        lagging: lagging.map(({ process, clientId, lastSeenMs }) => ({ process, clientId, lastSeenMs })),
      };
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const nextMs = Math.min(untilMs, ...lagging.map((process) => timeOf(process, request) + 1));
    const waiter = waitForAll(lagging, request.seq, resolve);
    waiting.add(waiter);
    const cancel = schedule(resolve, Math.max(1, nextMs - now()));
    await promise;
    cancel();
    waiting.delete(waiter);
  }
}

/** Looks again when the last of them is there, not at each: thousands say it within a second. */
function waitForAll(lagging: readonly Process[], seq: number, look: () => void): Waiter {
  const missing = new Set(lagging.map(({ process }) => process));
  return {
    look,
    tell(process) {
      if (process.seq >= seq && missing.delete(process.process) && missing.size === 0) look();
    },
  };
}

/** After this time the process refuses what was revoked, whatever it has heard. */
function timeOf(
  { maxStalenessSeconds, horizonSeconds }: Process,
  { scope, revokedAtMs, ttlMaxSeconds }: RollRequest,
): number {
  // The feed may announce a longer life since the process was last heard.
  const longest = Math.max(maxStalenessSeconds, horizonSeconds, ttlMaxSeconds);
  const seconds = scope === 'key' ? longest : maxStalenessSeconds;
  return revokedAtMs + (seconds + skewSeconds) * 1000;
}
