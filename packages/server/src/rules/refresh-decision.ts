/**
 * What to answer when a refresh token could not be spent.
 *
 * `n` is the counter of the presented token, `c` the stored one. A successor is
 * computed from the row, so "the same successor" can be given again but a
 * second one can never be made. The first row that fits decides:
 *
 * | presented                                              | answer                     |
 * | ------------------------------------------------------ | -------------------------- |
 * | of another client                                      | refuse, audited            |
 * | unknown, revoked, expired, idle, generation changed    | refuse                     |
 * | n = c                                                  | retry once, then a fault   |
 * | n = c - 1, same request id, within 60 s of the rotation or of an open window | same successor |
 * | n = c - 1, same request id, later                      | same successor, opens a window of 60 s; five a session, one given back a day |
 * | n = c - 1, other request id, within the client's overlap | same successor, audited  |
 * | n < c otherwise                                        | theft: the session ends    |
 * | n > c                                                  | rollback: refuse and alarm |
 */
export type RefreshDecision =
  | { readonly kind: 'refuse'; readonly reason: RefusedBecause; readonly audited: boolean }
  | { readonly kind: 'retry' }
  | { readonly kind: 'same-successor'; readonly audited: boolean }
  | { readonly kind: 'same-successor-in-new-window'; readonly window: ReplayWindow }
  | { readonly kind: 'theft' }
  | { readonly kind: 'rollback' };

export type RefusedBecause =
  | 'another client'
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'idle'
  | 'generation changed'
  | 'no window left';

export interface ReplayWindow {
  readonly used: number;
  readonly refilledAtMs: number;
  readonly openedAtMs: number;
}

/** The stored session, as far as the decision looks at it. Times in milliseconds. */
export interface DecidedSession {
  readonly clientId: string;
  readonly counter: number;
  readonly requestHash: Uint8Array | null;
  readonly overlapSeconds: number;
  readonly rotatedAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  readonly generationsHold: 0 | 1;
  readonly windowsUsed: number;
  readonly windowsRefilledAtMs: number;
  readonly windowOpenedAtMs: number;
}

export interface PresentedForDecision {
  readonly clientId: string;
  readonly counter: number;
  readonly requestHash: Uint8Array;
  readonly nowMs: number;
  readonly idleMs: number;
}

const windowMs = 60_000;
const windowsASession = 5;
const dayMs = 86_400_000;

/** Pure. Does NOT check the token's MAC; only a token whose MAC holds may come here. */
export function decideRefresh(
  session: DecidedSession | undefined,
  presented: PresentedForDecision,
): RefreshDecision {
  if (session === undefined) return refuse('unknown');
  if (session.clientId !== presented.clientId) {
    return { kind: 'refuse', reason: 'another client', audited: true };
  }
  const ended = hasEnded(session, presented);
  if (ended !== undefined) return refuse(ended);
  if (presented.counter === session.counter) return { kind: 'retry' };
  if (presented.counter > session.counter) return { kind: 'rollback' };
  if (presented.counter < session.counter - 1) return { kind: 'theft' };
  return decidePredecessor(session, presented);
}

function refuse(reason: RefusedBecause): RefreshDecision {
  return { kind: 'refuse', reason, audited: false };
}

function hasEnded(session: DecidedSession, presented: PresentedForDecision): RefusedBecause | undefined {
  if (session.revokedAtMs !== null) return 'revoked';
  if (session.generationsHold === 0) return 'generation changed';
  if (session.expiresAtMs <= presented.nowMs) return 'expired';
  if (session.rotatedAtMs <= presented.nowMs - presented.idleMs) return 'idle';
  return undefined;
}

function decidePredecessor(session: DecidedSession, presented: PresentedForDecision): RefreshDecision {
  if (session.requestHash !== null && areEqual(session.requestHash, presented.requestHash)) {
    return decideSameRequest(session, presented.nowMs);
  }
  const withinOverlap = presented.nowMs < session.rotatedAtMs + session.overlapSeconds * 1000;
  return withinOverlap ? { kind: 'same-successor', audited: true } : { kind: 'theft' };
}

function decideSameRequest(session: DecidedSession, nowMs: number): RefreshDecision {
  const isInWindow = nowMs < session.rotatedAtMs + windowMs || nowMs < session.windowOpenedAtMs + windowMs;
  if (isInWindow) return { kind: 'same-successor', audited: false };
  const daysGivenBack = Math.max(0, Math.floor((nowMs - session.windowsRefilledAtMs) / dayMs));
  const used = Math.max(0, session.windowsUsed - daysGivenBack);
  if (used >= windowsASession) return refuse('no window left');
  return {
    kind: 'same-successor-in-new-window',
    window: {
      used: used + 1,
      refilledAtMs: session.windowsRefilledAtMs + daysGivenBack * dayMs,
      openedAtMs: nowMs,
    },
  };
}

/** Both are SHA-256 values of our own making: a length or timing tells nothing about a secret. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
