import type { LimitName } from '../base/house.ts';

export interface LimitRow {
  /** So many at once … */
  readonly burst: number;
  /** … and afterwards one each so many seconds. */
  readonly perSeconds: number;
  /** The key is an address: IPv6 is counted by its /64, which one customer has to himself. */
  readonly isBySource: boolean;
}

export type LimitTable = Readonly<Record<LimitName, LimitRow>>;

function row(burst: number, perSeconds: number, keyedBy: 'source' | 'name' = 'name'): LimitRow {
  return { burst, perSeconds, isBySource: keyedBy === 'source' };
}

/**
 * The outer ring: cheap budgets, counted in this process. Two processes allow
 * twice as much, and a restart begins anew. Guesses at secrets are counted in
 * the database, by `flows/spend-attempt.ts`.
 */
export const limitTable: LimitTable = {
  'log-in by source': row(30, 1, 'source'),
  'register by source': row(10, 60, 'source'),
  // The queue of messages has budgets for each recipient; this one is for who asks.
  'mail by source': row(10, 60, 'source'),
  // Secrets of links cannot be guessed: this bounds the work.
  'link by source': row(60, 1, 'source'),
  'refresh by session': row(30, 1),
  // An office behind one address: some thousand people who renew every few minutes.
  'refresh by source': row(600, 1 / 60, 'source'),
  'client by id': row(60, 0.1),
  'client by source': row(60, 0.1, 'source'),
  // Each change stays in the audit table for good and is told to every service.
  'profile by account': row(30, 10),
  // Nothing can be guessed: only work is bounded. Pages ask for options each time they are opened.
  'passkey by source': row(100, 0.2, 'source'),
  'passkeys by account': row(30, 10),
  // Each is told to every service and stays in the audit table; an emergency needs a hundred at once.
  'revocation by account': row(100, 1),
  // An API that asks for each of its requests.
  'introspection by client': row(2000, 1 / 500),
  'any by source': row(2000, 1 / 500, 'source'),
};
