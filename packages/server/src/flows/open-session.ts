import type { House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import type { DecidedFactors } from '../rules/second-factor-needed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { publishEvents, type RevocationEvent } from '../store/revocations.ts';
import {
  endSessionIfOpen,
  findSessionByRefreshId,
  listSessionsAboveCap,
  type NewSession,
  openSession as insertSession,
  requireSessionsWithinCap,
  type SessionCap,
} from '../store/sessions.ts';
import type { SignInRow } from '../store/users.ts';
import { type BegunAct, beginAct } from './begin-act.ts';
import { checkIssuing } from './check-issuing.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';
import { answerSignedIn, type SignedIn } from './signed-in.ts';
import { tellOfNewDevice } from './tell-of-new-device.ts';

export interface Opening {
  readonly user: SignInRow;
  /** Only `rules/second-factor-needed` makes one. */
  readonly factors: DecidedFactors;
  /** The clock before `user` was read. */
  readonly readAtMs: number;
  /** A refresh token that the browser still held: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** A device of this user that is remembered: its sign-in is no news. */
  readonly isRememberedDevice?: boolean | undefined;
  /** Committed with the session, for instance a stronger hash of the password. */
  readonly together?: readonly Step[];
}

/**
 * Opens a new session, never an old one again, and issues its first tokens.
 *
 * Where the user has as many sessions as may be, the one that was not used for
 * the longest time ends in the same act. A device that is new for the
 * account is told to its owner.
 *
 * Refused when the user or the client changed generation since they were read:
 * disabled, deleted, signed out everywhere or given another password meanwhile.
 *
 * @throws Refusal `invalid_credentials`, `unavailable`
 */
export async function openSession(house: House, opening: Opening, source: RequestSource): Promise<SignedIn> {
  checkIssuing(house);
  const { user, readAtMs } = opening;
  const session = describeSession(house, opening, source);
  const { id: sessionId, refreshId, authTimeSeconds, amr, expiresAtMs, successorVersion: version } = session;
  await commitOpening(house, { opening, session }, source);
  return answerSignedIn(
    house,
    { ...user, userId: user.id, sessionId, authTimeSeconds, amr, expiresAtMs, readAtMs },
    { refreshId, counter: 0, version },
  );
}

interface OpeningOf {
  readonly opening: Opening;
  readonly session: NewSession;
}

/** Parallel sign-ins at the cap: each round at least one of them comes through. */
const maxRounds = 100;

/** Nothing is read about the cap before it is met. */
async function commitOpening(
  house: House,
  { opening, session }: OpeningOf,
  source: RequestSource,
): Promise<void> {
  const { user, isRememberedDevice = false } = opening;
  const atMs = house.now();
  const { maxSessionsOfUser: maxSessions, sessionIdleSeconds } = house.policy;
  const cap = { maxSessions, nowMs: atMs, idleMs: sessionIdleSeconds * 1000 };
  const presented = await findPresented(house, opening.presentedRefreshToken);
  const signIn = { user, sessionId: session.id, amr: session.amr, isRememberedDevice, atMs };
  const together = [...(await tellOfNewDevice(house, signIn, source)), ...(opening.together ?? [])];
  let above: readonly EndedSession[] = [];
  for (let round = 1; ; round += 1) {
    const act = beginAct(house, user.id, source);
    const ending = presented === undefined ? above : [presented, ...above];
    try {
      await commitAct(house, [
        act.record('log-in.succeeded', { subject: user.id, sessionId: session.id }),
        ...ending.flatMap((ended) => endOne(act, ended)),
        refusedAs(insertSession(session), 'invalid_credentials'),
        refusedAs(requireSessionsWithinCap(user.id, cap), 'overloaded'),
        ...together,
        ...publishEvents(house.feed, act, ending.map(describeEnd)),
      ]);
      return;
    } catch (error) {
      const isAboveCap = error instanceof Refusal && error.code === 'overloaded';
      if (!isAboveCap || round === maxRounds) throw error;
      above = (await findAbove(house, user.id, cap)).filter(
        ({ sessionId }) => sessionId !== presented?.sessionId,
      );
    }
  }
}

async function findAbove(house: House, userId: string, cap: SessionCap): Promise<readonly EndedSession[]> {
  const rows = await house.store.read(listSessionsAboveCap(userId, cap));
  return rows.map(({ id }) => ({ sessionId: id, userId, reason: 'more sessions than may be open' }));
}

function describeSession(
  house: House,
  { user, factors, readAtMs }: Opening,
  source: RequestSource,
): NewSession {
  return {
    id: randomId(),
    refreshId: randomId(),
    userId: user.id,
    userGeneration: user.generation,
    clientId: firstPartyClientId,
    clientGeneration: user.clientGeneration,
    successorVersion: house.refreshTokens.currentVersion,
    overlapSeconds: 0,
    authTimeSeconds: Math.floor(readAtMs / 1000),
    amr: factors.amr,
    address: source.address,
    userAgent: source.userAgent,
    createdAtMs: readAtMs,
    expiresAtMs: readAtMs + house.policy.sessionMaxSeconds * 1000,
  };
}

interface EndedSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly reason: string;
}

async function findPresented(
  house: House,
  refreshToken: string | undefined,
): Promise<EndedSession | undefined> {
  const token = refreshToken === undefined ? undefined : house.refreshTokens.read(refreshToken);
  if (token === undefined) return undefined;
  const [session] = await house.store.read(findSessionByRefreshId(token.refreshId));
  if (session?.revokedAtMs !== null) return undefined;
  return { sessionId: session.sessionId, userId: session.userId, reason: 'another sign-in' };
}

function endOne(act: BegunAct, { sessionId, userId, reason }: EndedSession): readonly Step[] {
  return [
    act.record('session.ended', { subject: userId, sessionId, detail: { reason } }),
    endSessionIfOpen(sessionId, reason, act.atMs),
  ];
}

function describeEnd({ sessionId, reason }: EndedSession): RevocationEvent {
  return { scope: 'session', subject: sessionId, reason };
}
