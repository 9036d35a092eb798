import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { makeClientSecret } from '../../proofs/client-secret.ts';
import { raiseClientGeneration } from '../../store/clients.ts';
import { setClientSecret } from '../../store/machine-clients.ts';
import { publishEvents } from '../../store/revocations.ts';
import { endSessionsOfClient } from '../../store/session-list.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';
import { type ClientWithSecret, readMachineClient } from './machine-client.ts';

/**
 * Replaces the secret at once: the old one, and every token that it got, is
 * refused from now on. There is no overlap, because a rotation may be the
 * answer to a leak.
 *
 * @returns the new secret, for the only time
 * @throws Refusal `not_found`
 */
export async function rotateClientSecret(
  house: House,
  { actor, clientId }: { readonly actor: Actor; readonly clientId: string },
  source: RequestSource,
): Promise<ClientWithSecret> {
  const { secret, secretHash } = makeClientSecret();
  const act = beginAct(house, actor, source);
  const reason = 'client secret rotated';
  await commitAct(house, [
    act.record('client.secret-rotated', { subject: clientId }),
    refusedAs(setClientSecret(clientId, secretHash), 'not_found'),
    refusedAs(raiseClientGeneration(clientId), 'not_found'),
    endSessionsOfClient(clientId, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'client', subject: clientId, reason }]),
  ]);
  return { client: await readMachineClient(house, clientId), clientSecret: secret };
}
