import type { House, RequestSource, Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import type { DecidedFactors } from '../rules/second-factor-needed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { publishEvents } from '../store/revocations.ts';
import {
  endPresentedSession,
  findSessionByRefreshId,
  openSession as insertSession,
} from '../store/sessions.ts';
import type { SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
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
  readonly together?: readonly Statement[];
}

/**
 * Opens a new session, never an old one again, and issues its first tokens.
 *
 * Refused when the user or the client changed generation since they were read:
 * disabled, deleted, signed out everywhere or given another password meanwhile.
 *
 * @throws Refusal `invalid_credentials`
 */
export async function openSession(house: House, opening: Opening, source: RequestSource): Promise<SignedIn> {
  const { user, readAtMs } = opening;
  const act = beginAct(house, user.id, source);
  const sessionId = randomId();
  const refreshId = randomId();
  const authTimeSeconds = Math.floor(readAtMs / 1000);
  const expiresAtMs = readAtMs + house.policy.sessionMaxSeconds * 1000;
  const version = house.refreshTokens.currentVersion;
  const presented = await findPresented(house, opening.presentedRefreshToken);
  const session = insertSession({
    id: sessionId,
    refreshId,
    userId: user.id,
    userGeneration: user.generation,
    clientId: firstPartyClientId,
    clientGeneration: user.clientGeneration,
    successorVersion: version,
    overlapSeconds: 0,
    authTimeSeconds,
    amr: opening.factors.amr,
    address: source.address,
    userAgent: source.userAgent,
    createdAtMs: readAtMs,
    expiresAtMs,
  });
  await commitAct(house, [
    act.record('log-in.succeeded', { subject: user.id, sessionId }),
    refusedAs(session, 'invalid_credentials'),
    ...(opening.together ?? []),
    ...(presented === undefined
      ? []
      : [
          act.record('session.ended', { subject: presented.userId, sessionId: presented.sessionId }),
          endPresentedSession(presented.sessionId, act.atMs),
          ...publishEvents(house.feed, act, [
            { scope: 'session', subject: presented.sessionId, reason: 'another sign-in' },
          ]),
        ]),
  ]);
  return answerSignedIn(
    house,
    { ...user, userId: user.id, sessionId, authTimeSeconds, amr: opening.factors.amr, expiresAtMs, readAtMs },
    { refreshId, counter: 0, version },
  );
}

async function findPresented(
  house: House,
  refreshToken: string | undefined,
): Promise<{ readonly sessionId: string; readonly userId: string } | undefined> {
  const token = refreshToken === undefined ? undefined : house.refreshTokens.read(refreshToken);
  if (token === undefined) return undefined;
  const [session] = await house.store.read(findSessionByRefreshId(token.refreshId));
  return session?.revokedAtMs === null ? session : undefined;
}
