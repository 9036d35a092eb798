import type { Api } from './feed-cast.ts';

/**
 * What the issuer has acknowledged. An act that was under way when somebody
 * died may have happened or not: what it would have ended is `unsure`.
 */
export type Fate = 'alive' | 'unsure' | 'dead';

export interface KnownToken {
  readonly accessToken: string;
  readonly jti: string;
  readonly session: FeedSession;
  readonly issuedAtMs: number;
  fate: Fate;
  /** The act that ended it. */
  endedBy: string | undefined;
}

export interface FeedSession {
  readonly sid: string;
  readonly user: FeedUser;
  refreshToken: string;
  /** Of the refresh that is under way: a repeat carries the same one. */
  requestId: string | undefined;
  fate: Fate;
}

export interface FeedUser {
  readonly id: string;
  readonly email: string;
  /** One act at a time for each user, so that it is known which tokens an act was to end. */
  isBusy: boolean;
  /** Undefined while it is not known which of two sets holds. */
  roles: readonly string[] | undefined;
}

export interface FeedLedger {
  readonly users: FeedUser[];
  sessions: FeedSession[];
  tokens: KnownToken[];
  /** Ended since the last check. */
  recentlyDead: KnownToken[];
  /** Processes that the issuer has on its roll, by client. */
  readonly onRoll: Map<string, Api>;
  readonly counts: FeedCounts;
  /** What must never happen, each in a line. */
  readonly wrong: string[];
}

export interface FeedCounts {
  logIns: number;
  refreshes: number;
  revokedTokens: number;
  revokedSessions: number;
  revokedUsers: number;
  changedRoles: number;
  logOuts: number;
  /** Acts without an answer. */
  unanswered: number;
  /** Receipts, and in them how many processes that are known here were confirmed, and probed. */
  receipts: number;
  confirmed: number;
  /** Receipts that named somebody who lagged. */
  lagging: number;
  probesOfTheDead: number;
  probesOfTheLiving: number;
}

export function newFeedLedger(): FeedLedger {
  return {
    users: [],
    sessions: [],
    tokens: [],
    recentlyDead: [],
    onRoll: new Map(),
    wrong: [],
    counts: {
      logIns: 0,
      refreshes: 0,
      revokedTokens: 0,
      revokedSessions: 0,
      revokedUsers: 0,
      changedRoles: 0,
      logOuts: 0,
      unanswered: 0,
      receipts: 0,
      confirmed: 0,
      lagging: 0,
      probesOfTheDead: 0,
      probesOfTheLiving: 0,
    },
  };
}

/** Before an act that would end them. @returns those whose fate it decides */
export function markUnsure(tokens: readonly KnownToken[]): readonly KnownToken[] {
  const alive = tokens.filter(({ fate }) => fate === 'alive');
  for (const token of alive) token.fate = 'unsure';
  return alive;
}

export function markDead(ledger: FeedLedger, tokens: readonly KnownToken[], endedBy: string): void {
  for (const token of tokens) Object.assign(token, { fate: 'dead', endedBy });
  ledger.recentlyDead.push(...tokens);
}
