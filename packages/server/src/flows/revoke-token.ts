import type { House, PresentedRefreshToken, RequestSource } from '../base/house.ts';
import { findLiveToken } from '../store/live-tokens.ts';
import { publishEvents } from '../store/revocations.ts';
import { findSessionByRefreshId } from '../store/sessions.ts';
import { authenticateClient, type PresentedClient } from './authenticate-client.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { endOpenSession } from './end-open-session.ts';

export interface RevokeToken {
  readonly client: PresentedClient;
  /** An access token or a refresh token, told apart by their form: no hint is needed. */
  readonly token: string;
}

/**
 * A client gives a token back. A refresh token, spent or not, ends its session
 * with all access tokens; an access token ends alone, and its session goes on.
 *
 * Nothing happens, and nothing is said about it, for a token that is none, that
 * has ended, or that belongs to another client: an answer that differs would
 * tell a stranger what he holds.
 *
 * @throws Refusal `invalid_client`, `too_many_requests`
 * @see RFC 7009 §2.1 and §2.2
 */
export async function revokeToken(house: House, input: RevokeToken, source: RequestSource): Promise<void> {
  house.limits.spend('client by source', source.address);
  const refused = 'client.authentication-failed';
  const { id: clientId } = await authenticateClient(house, input.client, { source, refused });
  const refreshToken = house.refreshTokens.read(input.token);
  if (refreshToken === undefined) return endAccessToken(house, { ...input, clientId }, source);
  await endSessionOf(house, { refreshToken, clientId }, source);
}

async function endSessionOf(
  house: House,
  { refreshToken, clientId }: { readonly refreshToken: PresentedRefreshToken; readonly clientId: string },
  source: RequestSource,
): Promise<void> {
  const [session] = await house.store.read(findSessionByRefreshId(refreshToken.refreshId));
  if (session?.clientId !== clientId || session.revokedAtMs !== null) return;
  await endOpenSession(house, { ...session, reason: 'refresh token given back' }, source);
}

async function endAccessToken(
  house: House,
  { token, clientId }: { readonly token: string; readonly clientId: string },
  source: RequestSource,
): Promise<void> {
  const presented = house.keys.readAccessToken(token);
  if (presented?.clientId !== clientId) return;
  // Once is enough: whoever holds a token must not be able to fill the feed with it.
  const [live] = await house.store.read(findLiveToken(presented, house.now()));
  if (live === undefined) return;
  const { tokenId, subject, sessionId } = presented;
  const act = beginAct(house, subject, source);
  const reason = 'access token given back';
  await commitAct(house, [
    act.record('token.revoked', { subject, sessionId, detail: { client_id: clientId, jti: tokenId } }),
    ...publishEvents(house.feed, act, [{ scope: 'token', subject: tokenId, reason }]),
  ]);
}
