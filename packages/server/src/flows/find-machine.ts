import type { House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findUndeniedClient } from '../store/live-clients.ts';
import { splitNames } from './split-names.ts';

/** A machine client as the database has it now. */
export interface Machine {
  readonly clientId: string;
  /** SHA-256 of its secret, in base64url. */
  readonly secretMark: string;
}

/**
 * The machine client of an access token that holds a scope: token and client
 * must both have it, the client's as it is now. A client that was disabled,
 * removed or given another secret is refused at once.
 *
 * @throws Refusal `invalid_token`, `insufficient_scope`
 */
export async function findMachine(house: House, accessToken: string, scope: string): Promise<Machine> {
  const token = house.keys.readAccessToken(accessToken);
  if (token === undefined) throw new Refusal('invalid_token', { reason: 'not an access token of ours' });
  if (token.sessionId !== undefined || token.subject !== token.clientId) {
    throw new Refusal('invalid_token', { reason: 'not the token of a machine client' });
  }
  const [client] = await house.store.read(findUndeniedClient(token));
  if (client === undefined) {
    throw new Refusal('invalid_token', {
      reason: 'the client is gone or disabled, or the token was revoked',
    });
  }
  const isHeld = [token.scope ?? '', client.scopes].every((scopes) => splitNames(scopes).includes(scope));
  if (!isHeld) throw new Refusal('insufficient_scope', { scope, reason: `lacks ${scope}` });
  return { clientId: client.id, secretMark: Buffer.from(client.secretHash).toString('base64url') };
}
