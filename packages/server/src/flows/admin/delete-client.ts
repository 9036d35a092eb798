import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { deleteMachineClient } from '../../store/machine-clients.ts';
import { publishEvents } from '../../store/revocations.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

/**
 * Removes a machine client with its sessions and ends its tokens. The client
 * of our own applications cannot be removed.
 *
 * @throws Refusal `not_found`
 */
export async function deleteClient(
  house: House,
  { actor, clientId }: { readonly actor: Actor; readonly clientId: string },
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('client.deleted', { subject: clientId }),
    refusedAs(deleteMachineClient(clientId), 'not_found'),
    ...publishEvents(house.feed, act, [{ scope: 'client', subject: clientId, reason: 'client removed' }]),
  ]);
}
