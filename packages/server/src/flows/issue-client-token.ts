import { toEpochSeconds } from '../base/clock.ts';
import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { type ClientRow, requireSameClient } from '../store/clients.ts';
import { authenticateClient } from './authenticate-client.ts';
import { beginAct } from './begin-act.ts';
import { checkIssuing } from './check-issuing.ts';
import { checkRoom } from './check-room.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { splitNames } from './split-names.ts';

export interface ClientTokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Names separated by spaces; absent: all that the client may have. */
  readonly scope: string | undefined;
}

export interface ClientToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly scope: string;
}

/**
 * An access token for a machine client, without a session and without a
 * refresh token. Refused when the client was disabled, removed or given another
 * secret since it was read.
 *
 * @throws Refusal `invalid_client`, `invalid_scope`, `too_many_requests`, `overloaded`
 * @see RFC 6749 §4.4
 */
export async function issueClientToken(
  house: House,
  input: ClientTokenRequest,
  source: RequestSource,
): Promise<ClientToken> {
  checkRoom(house);
  house.limits.spend('client by source', source.address);
  checkIssuing(house);
  const readAtMs = house.now();
  const client = await authenticateClient(house, input, { source, refused: 'client.token-refused' });
  // Whoever merely knows the id, which is no secret, cannot use up the budget of the client.
  house.limits.spend('client by id', client.id);
  const scope = grantScope(client, input.scope);
  const act = beginAct(house, client.id, source);
  await commitAct(house, [
    act.record('client.token-issued', { subject: client.id }),
    refusedAs(requireSameClient(client), 'invalid_client'),
  ]);
  const accessToken = house.keys.issueAccessToken({
    sub: client.id,
    client_id: client.id,
    iat: toEpochSeconds(readAtMs),
    rvs: client.rvs,
    scope,
  });
  return { accessToken, expiresInSeconds: house.policy.accessTokenSeconds, scope };
}

function grantScope(client: ClientRow, asked: string | undefined): string {
  const allowed = splitNames(client.scopes);
  if (asked === undefined) return allowed.join(' ');
  const names = splitNames(asked);
  if (names.length === 0 || names.some((name) => !allowed.includes(name))) {
    throw new Refusal('invalid_scope', { reason: 'not among the scopes of this client, or none' });
  }
  return names.join(' ');
}
