import { toEpochSeconds } from '../base/clock.ts';
import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { isClientSecret } from '../proofs/client-secret.ts';
import { type ClientRow, findClient, requireSameClient } from '../store/clients.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';
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
 * @throws Refusal `invalid_client`, `invalid_scope`, `too_many_requests`
 * @see RFC 6749 §4.4
 */
export async function issueClientToken(
  house: House,
  input: ClientTokenRequest,
  source: RequestSource,
): Promise<ClientToken> {
  house.limits.spend('client by source', source.address);
  const readAtMs = house.now();
  const [client] = await house.store.read(findClient(input.clientId));
  const isProven = isClientSecret(client?.secretHash, input.clientSecret);
  if (client === undefined || !isProven || client.disabledAtMs !== null) {
    await record(house, 'client.token-refused', { clientId: client?.id, source });
    throw new Refusal('invalid_client', { reason: explain(client, isProven) });
  }
  // Whoever merely knows the id, which is no secret, cannot use up the budget of the client.
  house.limits.spend('client by id', client.id);
  const scope = grantScope(client, input.scope);
  await record(house, 'client.token-issued', { clientId: client.id, source }, [
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
  if (names.length === 0 || names.some((name) => !allowed.includes(name))) throw new Refusal('invalid_scope');
  return names.join(' ');
}

function explain(client: ClientRow | undefined, isProven: boolean): string {
  if (client === undefined) return 'no such client';
  return isProven ? 'the client is disabled' : 'wrong secret';
}

async function record(
  house: House,
  action: 'client.token-issued' | 'client.token-refused',
  { clientId, source }: { readonly clientId: string | undefined; readonly source: RequestSource },
  conditions: readonly Step[] = [],
): Promise<void> {
  const act = beginAct(house, clientId ?? 'anonymous', source);
  await commitAct(house, [act.record(action, { subject: clientId }), ...conditions]);
}
