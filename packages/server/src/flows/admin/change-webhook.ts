import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { disableWebhook, enableWebhook } from '../../store/webhooks.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';
import { readWebhook, type Webhook } from './webhook.ts';

interface ChangeWebhook {
  readonly actor: Actor;
  readonly webhookId: string;
  readonly disabled: boolean;
}

/**
 * Disables an endpoint, or enables it again: it is then told of what it missed,
 * as far as the log still has it. The other of the two changes nothing.
 *
 * @throws Refusal `not_found`
 */
export async function changeWebhook(
  house: House,
  { actor, webhookId, disabled }: ChangeWebhook,
  source: RequestSource,
): Promise<Webhook> {
  const before = await readWebhook(house, webhookId);
  if ((before.disabledAtMs !== null) === disabled) return before;
  const act = beginAct(house, actor, source);
  const change = disabled ? disableWebhook(webhookId, act.atMs) : enableWebhook(webhookId);
  await commitAct(house, [
    act.record('webhook.changed', { subject: webhookId, detail: { disabled } }),
    refusedAs(change, 'not_found'),
  ]);
  return readWebhook(house, webhookId);
}
