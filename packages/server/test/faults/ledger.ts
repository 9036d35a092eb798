/**
 * What the server has acknowledged. An operation that was under way when the
 * server died may have happened or not; everything acknowledged must hold.
 */
export interface KnownUser {
  readonly email: string;
  readonly id: string;
  /** Acknowledged. */
  roles: readonly string[];
  /** Asked for, without an answer yet. */
  pendingRoles: readonly string[] | undefined;
}

export interface KnownSession {
  readonly user: KnownUser;
  /** The last one that was acknowledged. */
  refreshToken: string;
  /** Of the refresh that is under way: a repeat carries the same one. */
  pendingRequestId: string | undefined;
  logOut: 'no' | 'pending' | 'acknowledged';
}

export interface Ledger {
  readonly users: KnownUser[];
  readonly sessions: KnownSession[];
  readonly counts: {
    registrations: number;
    roleChanges: number;
    logOuts: number;
    refreshes: number;
    logIns: number;
  };
}

export function newLedger(): Ledger {
  return {
    users: [],
    sessions: [],
    counts: { registrations: 0, roleChanges: 0, logOuts: 0, refreshes: 0, logIns: 0 },
  };
}

/** Numbers that follow from a seed (mulberry32), so that a run can be repeated. */
export function createDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
