import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { randomId } from '../../base/random-id.ts';
import { makeClientSecret } from '../../proofs/client-secret.ts';
import { readName } from '../../rules/account-names.ts';
import { insertMachineClient } from '../../store/machine-clients.ts';
import { beginAct } from '../begin-act.ts';
import { checkNames } from './check-names.ts';
import { commitAct } from '../commit-act.ts';
import { type ClientWithSecret, readMachineClient } from './machine-client.ts';

export interface CreateClient {
  readonly actor: Actor;
  readonly name: string;
  /** All that its tokens may say; names of RFC 6749 §3.3. */
  readonly scopes: readonly string[];
}

/**
 * Registers a client for `client_credentials`. Its tokens open nothing of the
 * admin API, which asks for a user's session.
 *
 * @returns the secret, for the only time
 * @throws Refusal `invalid_request`
 */
export async function createClient(
  house: House,
  input: CreateClient,
  source: RequestSource,
): Promise<ClientWithSecret> {
  const name = readName(input.name);
  const scopes = checkNames('scopes', input.scopes);
  const { secret, secretHash } = makeClientSecret();
  const id = `c_${randomId()}`;
  const act = beginAct(house, input.actor, source);
  await commitAct(house, [
    act.record('client.created', { subject: id, detail: { scopes } }),
    insertMachineClient({ id, name, secretHash, scopes, createdAtMs: act.atMs }),
  ]);
  return { client: await readMachineClient(house, id), clientSecret: secret };
}
