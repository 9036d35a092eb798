import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { deleteWebhookRow } from '../../store/webhooks.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

/**
 * Removes an endpoint and its secret; an attempt that is under way is its last.
 *
 * @throws Refusal `not_found`
 */
export async function deleteWebhook(
  house: House,
  { actor, webhookId }: { readonly actor: Actor; readonly webhookId: string },
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('webhook.deleted', { subject: webhookId }),
    refusedAs(deleteWebhookRow(webhookId), 'not_found'),
  ]);
}
