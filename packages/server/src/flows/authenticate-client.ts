import type { AuditAction } from '../base/audit-action.ts';
import type { House, LimitName, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { isClientSecret } from '../proofs/client-secret.ts';
import { type ClientRow, findClient } from '../store/clients.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';

export interface Attempt {
  readonly source: RequestSource;
  /** What the audit table says of an attempt that failed. */
  readonly refused: AuditAction;
  /** Spent by the address of an attempt that failed, before it is written down: strangers do not fill the table. */
  readonly limit?: LimitName;
}

export interface PresentedClient {
  readonly clientId: string;
  /** None for a client that has none: it only says who it is (RFC 6749 §2.1, public client). */
  readonly clientSecret: string | undefined;
}

/**
 * The client that proves its secret. One without a secret is known by its id,
 * which proves nothing; one with a secret never is.
 * Whoever proves it spends no budget here.
 *
 * @throws Refusal `invalid_client`; `too_many_requests` where `limit` is given
 * @see RFC 6749 §2.3, RFC 7009 §2.1
 */
export async function authenticateClient(
  house: House,
  { clientId, clientSecret }: PresentedClient,
  { source, refused, limit }: Attempt,
): Promise<ClientRow> {
  const [client] = await house.store.read(findClient(clientId));
  const isProven =
    clientSecret === undefined
      ? client?.secretHash === null
      : isClientSecret(client?.secretHash, clientSecret);
  if (client !== undefined && isProven && client.disabledAtMs === null) return client;
  if (limit !== undefined) house.limits.spend(limit, source.address);
  const act = beginAct(house, client?.id ?? 'anonymous', source);
  await commitAct(house, [act.record(refused, { subject: client?.id })]);
  throw new Refusal('invalid_client', { reason: explain(client, isProven) });
}

function explain(client: ClientRow | undefined, isProven: boolean): string {
  if (client === undefined) return 'no such client';
  return isProven ? 'the client is disabled' : 'wrong secret, or none';
}
