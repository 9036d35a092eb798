import { randomBytes } from 'node:crypto';
import { type EpochSeconds, toEpochSeconds } from '../base/clock.ts';
import type { House, PresentedRefreshToken, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { decideRefresh } from '../rules/refresh-decision.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findLiveToken } from '../store/live-tokens.ts';
import { readForDecision } from '../store/sessions.ts';
import { authenticateClient, type PresentedClient } from './authenticate-client.ts';
import { splitNames } from './split-names.ts';

export interface IntrospectToken {
  readonly client: PresentedClient;
  readonly token: string;
}

/** What holds at this moment for a token that is active. */
export interface ActiveToken {
  readonly kind: 'access' | 'refresh';
  readonly subject: string;
  readonly clientId: string;
  readonly expiresAt: EpochSeconds;
  readonly sessionId: string | undefined;
  /** These are in access tokens alone. */
  readonly tokenId?: string;
  readonly issuedAt?: EpochSeconds;
  readonly scope?: string | undefined;
}

/** What a machine client needs to ask. */
const introspectionScope = 'tokens:introspect';

/**
 * Whether a token is good now: signature, times, issuer and audience, and what
 * the database says of its session, its user, its client and its revocation.
 * Nothing is told of a token that is not. Changes nothing: a refresh
 * token is not spent.
 *
 * @returns undefined for everything that is not active
 * @throws Refusal `invalid_client`, `insufficient_scope`, `too_many_requests`
 * @see RFC 7662 §2.1 and §2.2
 */
export async function introspectToken(
  house: House,
  input: IntrospectToken,
  source: RequestSource,
): Promise<ActiveToken | undefined> {
  const client = await authenticateClient(house, input.client, {
    source,
    refused: 'client.authentication-failed',
    // Only those who fail spend it: an API that is asked a lot asks a lot.
    limit: 'client by source',
  });
  if (client.secretHash === null)
    throw new Refusal('invalid_client', { reason: 'a client without a secret' });
  house.limits.spend('introspection by client', client.id);
  if (!splitNames(client.scopes).includes(introspectionScope)) {
    throw new Refusal('insufficient_scope', {
      reason: `lacks ${introspectionScope}`,
      scope: introspectionScope,
    });
  }
  const refreshToken = house.refreshTokens.read(input.token);
  return refreshToken === undefined
    ? findActiveAccess(house, input.token)
    : findActiveRefresh(house, refreshToken);
}

async function findActiveAccess(house: House, token: string): Promise<ActiveToken | undefined> {
  const presented = house.keys.readAccessToken(token);
  if (presented === undefined) return undefined;
  const [live] = await house.store.read(findLiveToken(presented, house.now()));
  return live === undefined ? undefined : { kind: 'access', ...presented };
}

async function findActiveRefresh(
  house: House,
  token: PresentedRefreshToken,
): Promise<ActiveToken | undefined> {
  const [row] = await house.store.read(readForDecision(token.refreshId));
  const nowMs = house.now();
  const idleMs = house.policy.sessionIdleSeconds * 1000;
  const { kind } = decideRefresh(row, {
    clientId: firstPartyClientId,
    counter: token.counter,
    requestHash: randomBytes(32),
    nowMs,
    idleMs,
  });
  // `retry` is the row of the table for the token that the session's counter names: the unspent one.
  if (row === undefined || kind !== 'retry' || row.successorVersion !== token.version) return undefined;
  return {
    kind: 'refresh',
    subject: row.userId,
    clientId: row.clientId,
    sessionId: row.sessionId,
    expiresAt: toEpochSeconds(Math.min(row.expiresAtMs, row.rotatedAtMs + idleMs)),
  };
}
