import { hash } from 'node:crypto';
import type { House, PresentedRefreshToken, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { decideRefresh, type RefreshDecision, type ReplayWindow } from '../rules/refresh-decision.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { publishEvents } from '../store/revocations.ts';
import {
  type DecisionRow,
  endSession,
  openReplayWindow,
  readForDecision,
  type SessionTokenRow,
  spendRefreshToken,
} from '../store/sessions.ts';
import { beginAct } from './begin-act.ts';
import { checkIssuing } from './check-issuing.ts';
import { checkRoom } from './check-room.ts';
import { commitAct } from './commit-act.ts';
import { answerSignedIn, type SignedIn } from './signed-in.ts';

export interface Refresh {
  readonly refreshToken: string;
  /** `Idempotency-Key` of the call: the same for every repeat of one refresh. Treated like a token. */
  readonly requestId: string | undefined;
}

/** One refresh, with what every step of it needs. */
interface Attempt {
  readonly token: PresentedRefreshToken;
  readonly requestHash: Uint8Array;
  readonly source: RequestSource;
}

/** An attempt whose token names a session that is there. */
interface Found extends Attempt {
  readonly row: DecisionRow;
}

type RefusedRefresh = Extract<RefreshDecision, { readonly kind: 'refuse' }>;

/** Each lost race means that somebody else got on; more than these are a fault. */
const maxAttempts = 8;

/**
 * Exchange a refresh token for a new pair, spending the old one.
 *
 * Finding and spending are one statement, so of any number of concurrent
 * callers exactly one advances the counter. Whoever repeats the same request
 * gets the same successor; a second successor is never made.
 * Does NOT check where the call comes from; `http` did.
 *
 * @returns access token valid for `expiresInSeconds` from `house.now()`
 * @throws Refusal `invalid_grant`; reuse ends the session. `overloaded`, `too_many_requests`: nothing was
 *   spent, the same refresh goes through later
 * @see RFC 6749 §6, RFC 9700 §4.14
 */
export async function refresh(house: House, input: Refresh, source: RequestSource): Promise<SignedIn> {
  checkRoom(house);
  house.limits.spend('refresh by source', source.address);
  checkIssuing(house);
  const token = house.refreshTokens.read(input.refreshToken);
  if (token === undefined) throw new Refusal('invalid_grant', { reason: 'not a refresh token of ours' });
  house.limits.spend('refresh by session', token.refreshId);
  const attempt = { token, requestHash: hashRequestId(input.requestId), source };
  let retried = false;
  for (let n = 0; n < maxAttempts; n++) {
    const spent = await spend(house, attempt);
    if (spent !== undefined) return spent;
    const decided = await decide(house, attempt);
    if (decided.kind === 'answer') return decided.signedIn;
    if (decided.kind === 'retry' && retried) break;
    retried = decided.kind === 'retry';
  }
  throw new Error('a refresh token could neither be spent nor refused');
}

async function spend(house: House, attempt: Attempt): Promise<SignedIn | undefined> {
  const { token, source } = attempt;
  const readAtMs = house.now();
  const outcome = await house.store.commit([
    spendRefreshToken({
      ...token,
      clientId: firstPartyClientId,
      requestHash: attempt.requestHash,
      successorVersion: house.refreshTokens.currentVersion,
      nowMs: readAtMs,
      idleMs: house.policy.sessionIdleSeconds * 1000,
      address: source.address,
      userAgent: source.userAgent,
    }),
  ]);
  const row = outcome.kind === 'committed' ? outcome.results[0].rows[0] : undefined;
  return row === undefined ? undefined : answer(house, row, { refreshId: token.refreshId, readAtMs });
}

type Decided =
  | { readonly kind: 'answer'; readonly signedIn: SignedIn }
  /** The write was refused for a reason that is gone now. */
  | { readonly kind: 'retry' }
  /** Somebody changed the row between the decision and its statement: decide again. */
  | { readonly kind: 'lost-race' };

async function decide(house: House, attempt: Attempt): Promise<Decided> {
  const { token } = attempt;
  const readAtMs = house.now();
  const [row] = await house.store.read(readForDecision(token.refreshId));
  const decision = decideRefresh(row, {
    clientId: firstPartyClientId,
    counter: token.counter,
    requestHash: attempt.requestHash,
    nowMs: readAtMs,
    idleMs: house.policy.sessionIdleSeconds * 1000,
  });
  if (decision.kind === 'retry') return { kind: 'retry' };
  if (decision.kind === 'refuse') throw await refuse(house, attempt, { row, decision });
  if (row === undefined) throw new Error('an unknown session was not refused');
  const found = { ...attempt, row };
  if (decision.kind === 'rollback') throw await alarm(house, found);
  if (decision.kind === 'theft') return endStolen(house, found);
  if (decision.kind === 'same-successor-in-new-window') {
    if (!(await openWindow(house, found, decision.window))) return { kind: 'lost-race' };
  } else if (decision.audited) {
    await recordReplay(house, found);
  }
  return { kind: 'answer', signedIn: await answer(house, row, { refreshId: token.refreshId, readAtMs }) };
}

function answer(
  house: House,
  row: SessionTokenRow,
  { refreshId, readAtMs }: { readonly refreshId: string; readonly readAtMs: number },
): Promise<SignedIn> {
  return answerSignedIn(
    house,
    { ...row, amr: row.amr.split(' '), readAtMs },
    { refreshId, counter: row.counter, version: row.successorVersion },
  );
}

async function refuse(
  house: House,
  attempt: Attempt,
  { row, decision }: { readonly row: DecisionRow | undefined; readonly decision: RefusedRefresh },
): Promise<Refusal> {
  const { reason } = decision;
  if (row !== undefined && decision.audited) {
    const { record } = beginAct(house, row.userId, attempt.source);
    await commitAct(house, [record('session.refresh-refused', about(row, { reason }))]);
  }
  return new Refusal('invalid_grant', { reason });
}

/** A counter that we never gave out, under our own MAC: the database is older than the tokens. */
async function alarm(house: House, { token, source, row }: Found): Promise<Refusal> {
  const { record } = beginAct(house, row.userId, source);
  const counters = { presented: token.counter, stored: row.counter };
  await commitAct(house, [record('session.rollback-suspected', about(row, counters))]);
  house.log.error('refresh-rollback-suspected', { session: row.sessionId });
  return new Refusal('invalid_grant', { reason: 'the counter is ahead of the database' });
}

/** A spent token came back from somebody else: the session ends everywhere. */
async function endStolen(house: House, { token, source, row }: Found): Promise<Decided> {
  const act = beginAct(house, row.userId, source);
  const { sessionId } = row;
  const reason = 'reuse of a refresh token';
  const outcome = await house.store.commit([
    act.record('session.reuse-detected', about(row, { presented: token.counter, stored: row.counter })),
    endSession({ sessionId }, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason }]),
  ]);
  if (outcome.kind === 'refused') return { kind: 'lost-race' };
  house.feed.wake();
  house.log.warn('refresh-reuse-detected', { session: sessionId, user: row.userId });
  throw new Refusal('invalid_grant', { reason: 'reuse of a spent refresh token' });
}

async function openWindow(house: House, { source, row }: Found, window: ReplayWindow): Promise<boolean> {
  const { record } = beginAct(house, row.userId, source);
  const outcome = await house.store.commit([
    record('session.refresh-replayed', about(row, { windows_used: window.used })),
    openReplayWindow(row, window),
  ]);
  return outcome.kind === 'committed';
}

async function recordReplay(house: House, { source, row }: Found): Promise<void> {
  const { record } = beginAct(house, row.userId, source);
  await commitAct(house, [record('session.refresh-replayed', about(row, { within: 'overlap' }))]);
}

function about(row: DecisionRow, detail: Readonly<Record<string, string | number>>) {
  return { subject: row.userId, sessionId: row.sessionId, detail };
}

/** An absent id equals nothing: it gets a random one, so that our own repeats still match it. */
function hashRequestId(requestId: string | undefined): Uint8Array {
  return hash('sha256', requestId ?? randomId(), 'buffer');
}
