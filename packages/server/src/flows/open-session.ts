import type { House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { sourceKey } from '../limits/source-key.ts';
import { agentFamily } from '../rules/agent-family.ts';
import type { DecidedFactors } from '../rules/second-factor-needed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { rememberDevice, type DeviceNames } from '../store/known-devices.ts';
import { publishEvents } from '../store/revocations.ts';
import {
  endSessionIfOpen,
  findSessionByRefreshId,
  type NewSession,
  openSession as insertSession,
} from '../store/sessions.ts';
import type { SignInRow } from '../store/users.ts';
import { type BegunAct, beginAct } from './begin-act.ts';
import { checkIssuing } from './check-issuing.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';
import { answerSignedIn, type SignedIn } from './signed-in.ts';

export interface Opening {
  readonly user: SignInRow;
  /** Only `rules/second-factor-needed` makes one. */
  readonly factors: DecidedFactors;
  /** The clock before `user` was read. */
  readonly readAtMs: number;
  /** A refresh token that the browser still held: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** Committed with the session, for instance a stronger hash of the password. */
  readonly together?: readonly Step[];
}

/**
 * Opens a new session, never an old one again, and issues its first tokens.
 *
 * Refused when the user or the client changed generation since they were read:
 * disabled, deleted, signed out everywhere or given another password meanwhile.
 *
 * @throws Refusal `invalid_credentials`, `unavailable`
 */
export async function openSession(house: House, opening: Opening, source: RequestSource): Promise<SignedIn> {
  checkIssuing(house);
  const { user, readAtMs } = opening;
  const act = beginAct(house, user.id, source);
  const session = describeSession(house, opening, source);
  const { id: sessionId, refreshId, authTimeSeconds, amr, expiresAtMs, successorVersion: version } = session;
  const presented = await findPresented(house, opening.presentedRefreshToken);
  await commitAct(house, [
    act.record('log-in.succeeded', { subject: user.id, sessionId }),
    refusedAs(insertSession(session), 'invalid_credentials'),
    rememberDevice(describeDevice(user.id, source), act.atMs),
    ...(opening.together ?? []),
    ...(presented === undefined ? [] : endPresented(house, act, presented)),
  ]);
  return answerSignedIn(
    house,
    { ...user, userId: user.id, sessionId, authTimeSeconds, amr, expiresAtMs, readAtMs },
    { refreshId, counter: 0, version },
  );
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

function describeDevice(userId: string, { address, userAgent }: RequestSource): DeviceNames {
  return { userId, source: sourceKey(address), agent: agentFamily(userAgent) };
}

interface PresentedSession {
  readonly sessionId: string;
  readonly userId: string;
}

async function findPresented(
  house: House,
  refreshToken: string | undefined,
): Promise<PresentedSession | undefined> {
  const token = refreshToken === undefined ? undefined : house.refreshTokens.read(refreshToken);
  if (token === undefined) return undefined;
  const [session] = await house.store.read(findSessionByRefreshId(token.refreshId));
  return session?.revokedAtMs === null ? session : undefined;
}

function endPresented(house: House, act: BegunAct, { sessionId, userId }: PresentedSession): readonly Step[] {
  return [
    act.record('session.ended', { subject: userId, sessionId }),
    endSessionIfOpen(sessionId, 'another sign-in', act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason: 'another sign-in' }]),
  ];
}
