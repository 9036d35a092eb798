import type { Judge } from './judge.ts';
import type { PacedPull } from './paced-pull.ts';
import { isInTime, isKeyPublished, type TrustedIssuer, type VerifiedToken } from './verified-token.ts';

/** Open connections, and the tokens that they were opened with. */
export interface RevocationWatch {
  /**
   * Call `close` once, when the token stops being acceptable. @returns forgets it, `close` uncalled
   */
  watch(token: VerifiedToken, close: () => void): () => void;
  /** Look at all of them: something happened that may deny one. */
  look(): void;
  /** Call every `close`: from now on nobody would tell them. */
  end(): void;
}

export interface WatchOptions {
  readonly judge: Judge;
  readonly pullFor: (issuer: TrustedIssuer) => PacedPull | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clockToleranceSeconds: number;
  /** Runs `look` once a second while there is anything to look at. @returns stops it */
  readonly everySecond: (look: () => void) => () => void;
}

interface Watched {
  readonly token: VerifiedToken;
  readonly close: () => void;
}

/** So many are looked at before other work of the process has its turn. */
const portion = 500;

/**
 * Watch connections that outlive their request.
 *
 * All of them share one timer; a look goes through them in portions, and those that
 * come while one is under way are one more afterwards. A token that no event
 * touched costs a look at its times and at how fresh the guard is.
 */
export function createRevocationWatch(options: WatchOptions): RevocationWatch {
  const watched = new Set<Watched>();
  let stopTicking: (() => void) | undefined;
  let isLooking = false;
  let mustLookAgain = false;

  const settle = (): void => {
    if (watched.size > 0) stopTicking ??= options.everySecond(look);
    if (watched.size > 0 || stopTicking === undefined) return;
    stopTicking();
    stopTicking = undefined;
  };
  const forget = (one: Watched): void => {
    watched.delete(one);
    settle();
  };
  const close = (one: Watched): void => {
    if (!watched.has(one)) return;
    forget(one);
    callQuietly(one.close);
  };
  const look = (): void => {
    if (isLooking) mustLookAgain = true;
    else lookAt([...watched]);
  };
  const lookAt = (ones: readonly Watched[]): void => {
    isLooking = true;
    const late: Watched[] = [];
    for (const one of ones.slice(0, portion)) {
      const standing = standingOf(one, options);
      if (standing === 'dead') close(one);
      else if (standing === 'unknown') late.push(one);
    }
    if (late.length > 0) void giveTime(late);
    if (ones.length > portion) return void setImmediate(lookAt, ones.slice(portion));
    isLooking = false;
    if (!mustLookAgain) return;
    mustLookAgain = false;
    setImmediate(look);
  };
  /** A guard that knows too little asks the feed once before it closes anything. */
  const giveTime = async (ones: readonly Watched[]): Promise<void> => {
    const issuers = new Set(ones.map(({ token }) => token.issuer));
    await Promise.all([...issuers].map((issuer) => options.pullFor(issuer)?.refresh() ?? Promise.resolve()));
    for (const one of ones) if (standingOf(one, options) !== 'live') close(one);
  };

  return {
    watch: (token, onDead) => {
      const one = { token, close: onDead };
      watched.add(one);
      settle();
      // Something may have happened since the request was let through.
      if (standingOf(one, options) === 'dead') queueMicrotask(() => close(one));
      return () => forget(one);
    },
    look,
    end: () => {
      watched.forEach(close);
    },
  };
}

function standingOf({ token }: Watched, options: WatchOptions): 'live' | 'dead' | 'unknown' {
  const nowMs = options.now();
  if (!isInTime(token, nowMs, options.clockToleranceSeconds) || !isKeyPublished(token)) return 'dead';
  const verdict = options.judge(token, nowMs);
  if (verdict === 'live') return 'live';
  return verdict === 'stale' || verdict === 'unsynchronised' ? 'unknown' : 'dead';
}

/** A `close` that throws keeps no other connection open. */
export function callQuietly(close: () => void): void {
  try {
    close();
  } catch {
    process.emitWarning('guard: a function given to onRevoked threw; its token is not acceptable any more');
  }
}

/** Does not keep the process alive. */
export function everySecond(look: () => void): () => void {
  const timer = setInterval(look, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
