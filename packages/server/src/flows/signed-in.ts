import { toEpochSeconds } from '../base/clock.ts';
import type { House } from '../base/house.ts';
import { levelOfMethods } from '../rules/second-factor-needed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { type Profile, type ProfileColumns, toProfile } from './profile.ts';
import { type RightsColumns, readStanding } from './read-standing.ts';

/** What a client holds after signing in or renewing. */
export interface SignedIn {
  readonly kind: 'signed-in';
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  /** How long the refresh token can still be used if nothing else happens. */
  readonly refreshExpiresInSeconds: number;
  readonly sessionId: string;
  readonly user: Profile;
}

export interface SessionFacts extends ProfileColumns, RightsColumns {
  readonly userId: string;
  readonly sessionId: string;
  readonly authTimeSeconds: number;
  readonly amr: readonly string[];
  readonly expiresAtMs: number;
  readonly rvs: number;
  /** Taken before the first read of anything above. */
  readonly readAtMs: number;
}

/**
 * The answer for an open session. `iat` is the clock before the facts were
 * read and `rvs` comes from their snapshot, so no later revocation can be
 * older than the token.
 */
export async function answerSignedIn(
  house: House,
  facts: SessionFacts,
  refresh: { readonly refreshId: string; readonly counter: number; readonly version: number },
): Promise<SignedIn> {
  const user = toProfile(facts.userId, facts, readStanding(house, facts, facts.amr));
  const { authTimeSeconds, amr } = facts;
  const acr = levelOfMethods(amr);
  const session = { id: facts.sessionId, clientId: firstPartyClientId, acr, amr, authTime: authTimeSeconds };
  const extra = await house.findExtraClaims?.({ user, session });
  const accessToken = house.keys.issueAccessToken({
    sub: facts.userId,
    client_id: firstPartyClientId,
    iat: toEpochSeconds(facts.readAtMs),
    rvs: facts.rvs,
    sid: facts.sessionId,
    auth_time: toEpochSeconds(facts.authTimeSeconds * 1000),
    amr: facts.amr,
    acr,
    roles: user.roles,
    permissions: user.permissions,
    extra,
  });
  const leftMs = Math.min(house.policy.sessionIdleSeconds * 1000, facts.expiresAtMs - facts.readAtMs);
  return {
    kind: 'signed-in',
    accessToken,
    expiresInSeconds: house.policy.accessTokenSeconds,
    refreshToken: house.refreshTokens.make(refresh),
    refreshExpiresInSeconds: Math.max(0, Math.floor(leftMs / 1000)),
    sessionId: facts.sessionId,
    user,
  };
}
