import type { followFeed as FollowFeed } from '../../src/follow.ts';
import type { FeedTransport } from '../../src/transport.ts';
import type { RevocationView } from '../../src/view.ts';
import { issuerName, skewMs, ttlSeconds } from './constants.ts';
import type { SimToken } from './sessions.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface GuardOptions {
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly transport: FeedTransport;
  readonly followFeed: typeof FollowFeed;
  /** Of its clock, to the true time. */
  readonly offsetMs: number;
  readonly maxStalenessSeconds: number;
  readonly violations: string[];
}

/** One process: the real follower, asked about tokens. */
export interface GuardProcess {
  readonly view: RevocationView;
  readonly startedAtMs: number;
  isAsleep: boolean;
  /** The number that it acknowledged last. */
  acknowledgedSeq: number;
  /** @returns whether the token was accepted */
  present(token: SimToken): boolean;
  sleep(): void;
  wake(): void;
}

export function startGuard(options: GuardOptions): GuardProcess {
  const { time, random, offsetMs, maxStalenessSeconds } = options;
  const missed: (() => void)[] = [];
  const denied = new Set<string>();
  const nowMs = (): number => Math.floor(time.nowMs + offsetMs);
  const view = options.followFeed({
    issuer: issuerName,
    transport: options.transport,
    clientId: options.name,
    maxStalenessSeconds,
    now: nowMs,
    random,
    schedule: (task, delayMs) =>
      time.schedule(() => {
        if (guard.isAsleep) missed.push(task);
        else task();
      }, delayMs),
  });

  function report(what: string, token: SimToken): void {
    const late = token.revokedAtMs === undefined ? 0 : time.nowMs - token.revokedAtMs;
    options.violations.push(
      `${options.name}: ${what}: ${token.jti}, ${late} ms after its revocation ${token.revokedSeq}`,
    );
  }

  function check(token: SimToken, staleness: number): void {
    if (denied.has(token.jti)) report('accepted what it had denied', token);
    if (token.isLost || token.revokedAtMs === undefined) return;
    const boundSeconds = token.isByKey ? Math.max(staleness, ttlSeconds) : staleness;
    if (time.nowMs > token.revokedAtMs + boundSeconds * 1000 + skewMs) report('accepted too late', token);
    if (token.revokedSeq !== 0 && token.revokedSeq <= guard.acknowledgedSeq) {
      report('accepted after it was confirmed', token);
    }
  }

  const guard: GuardProcess = {
    view,
    startedAtMs: time.nowMs,
    isAsleep: false,
    acknowledgedSeq: 0,
    present(token) {
      if (!token.isIssued || token.expSeconds * 1000 + skewMs <= nowMs()) return true;
      const asked = random() < 0.2 ? 1000 : maxStalenessSeconds;
      const verdict = view.judge(token, { nowMs: nowMs(), maxStalenessSeconds: asked });
      if (verdict === 'live') check(token, maxStalenessSeconds);
      if (verdict === 'revoked') denied.add(token.jti);
      if (verdict === 'stale' || verdict === 'unsynchronised') void view.pull();
      return verdict === 'live';
    },
    sleep() {
      guard.isAsleep = true;
    },
    wake() {
      guard.isAsleep = false;
      for (const task of missed.splice(0)) task();
    },
  };
  return guard;
}
