import type { EpochSeconds } from '../base/clock.ts';
import type { Caller, House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findLiveSession } from '../store/sessions.ts';
import { readStanding } from './read-standing.ts';
import { splitNames } from './split-names.ts';

/** From a verified access token. */
export interface CallerClaims {
  readonly subject: string;
  readonly sessionId: string | undefined;
  readonly clientId: string;
  readonly tokenId: string;
  readonly keyId: string | undefined;
  readonly rvs: number;
  readonly authTime: EpochSeconds | undefined;
}

/**
 * The server's own API does not wait for `exp`: session, user and permissions
 * are read live, so an ended session is refused at once, and so is a token that
 * was revoked itself, with its client, its key or everything.
 * Does NOT verify the token; the guard did.
 *
 * @throws Refusal `invalid_token`
 */
export async function findCaller(house: House, claims: CallerClaims): Promise<Caller> {
  const { subject, sessionId, authTime } = claims;
  if (sessionId === undefined || authTime === undefined) {
    throw new Refusal('invalid_token', { reason: 'not the token of a session' });
  }
  const [user] = await house.store.read(findLiveSession({ ...claims, sessionId }, house.now()));
  if (user === undefined)
    throw new Refusal('invalid_token', { reason: 'the session has ended, or the token was revoked' });
  const amr = splitNames(user.amr);
  return {
    ...readStanding(house, user, amr),
    userId: subject,
    sessionId,
    clientId: claims.clientId,
    authTime,
    amr,
  };
}
