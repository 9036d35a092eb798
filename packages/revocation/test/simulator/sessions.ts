import type { EventScope } from '../../src/event.ts';
import type { TokenNames } from '../../src/view.ts';
import { ttlSeconds } from './constants.ts';
import type { FeedModel } from './issuer.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A token and the truth about it, which no guard sees. */
export interface SimToken extends TokenNames {
  readonly generation: number;
  isIssued: boolean;
  /** Begun before a rollback that nobody declared, and not in what it brought back: nothing is promised of it. */
  isLost: boolean;
  revokedAtMs: number | undefined;
  revokedSeq: number;
  /** Revoked through its key: the longer bound holds. */
  isByKey: boolean;
}

interface Session {
  readonly sid: string;
  readonly sub: string;
  readonly clientId: string;
  readonly generation: number;
  hasEnded: boolean;
}

/** Ways to issue that revocation.md forbids. */
export interface IssuerFaults {
  readonly readsNumberLate?: boolean;
  readonly readsClockLate?: boolean;
  readonly skipsGeneration?: boolean;
  readonly forgetsEarly?: boolean;
}

export interface SessionModel {
  readonly tokens: readonly SimToken[];
  isHalted: boolean;
  logIn(): void;
  refresh(): void;
  revoke(): void;
  /** Minted by a thief of the signing key that was revoked last, if one was. */
  forge(): SimToken | undefined;
  save(): void;
  /** A declared restore takes no promise back; another one takes those that the backup does not know. */
  restore(isDeclared: boolean): void;
  declareGap(): void;
}

interface Surroundings {
  readonly time: VirtualTime;
  readonly feed: FeedModel;
  readonly random: () => number;
  readonly faults: IssuerFaults;
}

const users = ['ada', 'ben', 'cem', 'dia', 'eva'];
const clients = ['first-party', 'mobile'];
/** How often which scope is revoked. */
const revocations: readonly EventScope[] = [
  ...Array<EventScope>(6).fill('session'),
  ...Array<EventScope>(5).fill('token'),
  ...Array<EventScope>(4).fill('user'),
  ...Array<EventScope>(3).fill('user-claims'),
  'client',
  'key',
  'everything',
];

export function createSessionModel({ time, feed, random, faults }: Surroundings): SessionModel {
  let tokens: SimToken[] = [];
  let sessions: Session[] = [];
  let generations = new Map<string, number>();
  let stolenKey: string | undefined;
  let serial = 0;
  let era = 0;
  let saved = { tokens: new Map<SimToken, number | undefined>(), sessions, generations };
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const kidNow = (): string => `k${serialOfKey}`;
  let serialOfKey = 1;
  const generationOf = (sub: string): number => generations.get(sub) ?? 0;

  function begin(names: Pick<SimToken, 'sid' | 'sub' | 'clientId' | 'generation'>): SimToken {
    const iatSeconds = Math.floor(feed.clockMs() / 1000);
    const token: SimToken = {
      ...names,
      jti: `t${serial++}`,
      tid: undefined,
      kid: kidNow(),
      rvs: feed.seq,
      iatSeconds,
      expSeconds: iatSeconds + ttlSeconds,
      isIssued: false,
      isLost: false,
      revokedAtMs: undefined,
      revokedSeq: 0,
      isByKey: false,
    };
    tokens.push(token);
    return token;
  }

  function finish(token: SimToken): void {
    const iatSeconds = Math.floor(feed.clockMs() / 1000);
    if (faults.readsNumberLate === true) Object.assign(token, { rvs: feed.seq });
    if (faults.readsClockLate === true)
      Object.assign(token, { iatSeconds, expSeconds: iatSeconds + ttlSeconds });
    token.isIssued = true;
  }

  /** Mostly at once; now and then a hash waits, or a process stands still. */
  function later(task: () => void): void {
    const begun = era;
    const delayMs = random() < 0.2 ? random() * 5000 : random() * 100;
    time.schedule(() => {
      if (era === begun && !model.isHalted) task();
    }, delayMs);
  }

  function mark(seq: number, isMeant: (token: SimToken) => boolean, isByKey = false): void {
    for (const token of tokens) {
      if (token.revokedAtMs !== undefined || !isMeant(token)) continue;
      Object.assign(token, { revokedAtMs: time.nowMs, revokedSeq: seq, isByKey });
    }
  }

  function revokeScope(scope: EventScope): void {
    // What has no id yet is not revoked by it.
    const token = pick(tokens.slice(-30).filter(({ isIssued }) => isIssued));
    if (token === undefined) return;
    const { jti, sid, sub, clientId } = token;
    if (scope === 'token') {
      mark(feed.commit({ scope, subject: jti }), (one) => one.jti === jti);
    } else if (scope === 'session') {
      for (const session of sessions) if (session.sid === sid) session.hasEnded = true;
      mark(feed.commit({ scope, subject: sid ?? '' }), (one) => one.sid === sid);
    } else if (scope === 'user') {
      generations.set(sub, generationOf(sub) + 1);
      mark(feed.commit({ scope, subject: sub }), (one) => one.sub === sub);
    } else if (scope === 'user-claims') {
      mark(feed.commit({ scope, subject: sub }), (one) => one.sub === sub);
    } else if (scope === 'client') {
      mark(feed.commit({ scope, subject: clientId }), (one) => one.clientId === clientId);
    } else if (scope === 'key') {
      const kid = kidNow();
      stolenKey = kid;
      serialOfKey += 1;
      mark(feed.commit({ scope, subject: kid }), (one) => one.kid === kid, true);
    } else mark(feed.commit({ scope: 'everything', subject: '' }), () => true);
  }

  const model: SessionModel = {
    get tokens() {
      return tokens;
    },
    isHalted: false,
    logIn() {
      const sub = pick(users) ?? '';
      const clientId = pick(clients) ?? '';
      const generation = generationOf(sub);
      const sid = `s${serial++}`;
      const token = begin({ sid, sub, clientId, generation });
      later(() => {
        if (faults.skipsGeneration !== true && generationOf(sub) !== generation) return;
        sessions.push({ sid, sub, clientId, generation, hasEnded: false });
        finish(token);
      });
    },
    refresh() {
      const session = pick(sessions.slice(-20));
      if (session === undefined || session.hasEnded || model.isHalted) return;
      const { sid, sub, clientId, generation } = session;
      const isStale = generationOf(sub) !== generation;
      if (isStale && faults.skipsGeneration !== true) return;
      const token = begin({ sid, sub, clientId, generation });
      // The truth: the user was signed out when the generation rose.
      if (isStale) token.revokedAtMs = time.nowMs - 60_000;
      later(() => finish(token));
    },
    revoke: () => revokeScope(pick(revocations) ?? 'token'),
    forge() {
      if (stolenKey === undefined) return undefined;
      const iatSeconds = Math.floor(time.nowMs / 1000);
      const truth = tokens.find(({ kid, isByKey }) => kid === stolenKey && isByKey);
      if (truth === undefined) return undefined;
      return {
        ...truth,
        jti: `f${serial++}`,
        iatSeconds,
        expSeconds: iatSeconds + ttlSeconds,
        rvs: 2 ** 52,
        isIssued: true,
      };
    },
    save() {
      saved = {
        tokens: new Map(tokens.map((token) => [token, token.revokedAtMs])),
        sessions: sessions.map((session) => ({ ...session })),
        generations: new Map(generations),
      };
    },
    restore(isDeclared) {
      era += 1;
      for (const token of isDeclared ? [] : tokens) {
        if (!saved.tokens.has(token)) token.isLost = true;
        token.revokedAtMs = saved.tokens.get(token);
      }
      stolenKey = undefined;
      sessions = saved.sessions.map((session) => ({ ...session }));
      generations = new Map(saved.generations);
    },
    declareGap() {
      sessions = [];
      model.isHalted = false;
      const seq = feed.declareGap();
      // From now on something is promised of them again.
      for (const token of tokens.filter(({ isLost }) => isLost)) {
        Object.assign(token, { isLost: false, revokedAtMs: undefined });
      }
      mark(seq, () => true);
      tokens = tokens.slice(-60);
    },
  };
  return model;
}
