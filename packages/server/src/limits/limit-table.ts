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
 * The budgets. Counted in this process: two processes allow twice as much,
 * and a restart begins anew.
 */
export const limitTable: LimitTable = {
  // Whoever guesses slows down himself …
  'log-in by account and source': row(10, 30),
  // … and many who guess together shut out only sources that the account was never signed in from.
  'log-in by account': row(50, 30),
  'log-in by source': row(30, 1, 'source'),
  'register by source': row(10, 60, 'source'),
  'refresh by session': row(30, 1),
  // An office behind one address: some thousand people who renew every few minutes.
  'refresh by source': row(600, 1 / 60, 'source'),
  'client by id': row(60, 0.1),
  'client by source': row(60, 0.1, 'source'),
  'reauthentication by account': row(10, 30),
  // Each change stays in the audit table for good and is told to every service.
  'profile by account': row(30, 10),
  // Each is told to every service and stays in the audit table; an emergency needs a hundred at once.
  'revocation by account': row(100, 1),
  // An API that asks for each of its requests.
  'introspection by client': row(2000, 1 / 500),
  'any by source': row(2000, 1 / 500, 'source'),
};
