import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { spendChallenge } from '../../store/challenges.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

/**
 * Withdraws an invitation: its link opens nothing any more.
 *
 * @throws Refusal `not_found`, also when it was used or is over
 */
export async function deleteInvite(
  house: House,
  { actor, inviteId }: { readonly actor: Actor; readonly inviteId: string },
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('invite.deleted', { subject: inviteId }),
    refusedAs(spendChallenge({ id: inviteId, purpose: 'invite', nowMs: act.atMs }), 'not_found'),
  ]);
}
