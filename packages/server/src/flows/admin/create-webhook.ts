import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { randomId } from '../../base/random-id.ts';
import { notOfForm } from '../../base/refusal.ts';
import { findTargetFault } from '../../rules/webhook-target.ts';
import { countWebhooks, insertWebhook } from '../../store/webhooks.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct } from '../commit-act.ts';
import { readWebhook, type Webhook } from './webhook.ts';

/** Each is sent every event, one after the other. */
const maxWebhooks = 50;

/**
 * Registers an endpoint, which is told of what is revoked from now on.
 *
 * Does NOT call it; `testWebhook` does.
 *
 * @returns the secret, for the only time
 * @throws Refusal `invalid_request`
 */
export async function createWebhook(
  house: House,
  { actor, url }: { readonly actor: Actor; readonly url: string },
  source: RequestSource,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const fault = findTargetFault(url, house.policy.webhookTargets);
  if (fault !== undefined) throw notOfForm('url', fault);
  const [counted] = await house.store.read(countWebhooks());
  if ((counted?.count ?? 0) >= maxWebhooks) {
    throw notOfForm('url', `is one too many: there are ${maxWebhooks} webhooks already`);
  }
  const id = `wh_${randomId()}`;
  const { secret, sealedSecret } = house.webhooks.makeSecret(id);
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('webhook.created', { subject: id, detail: { host: new URL(url).host } }),
    insertWebhook({ id, url: new URL(url).href, sealedSecret, createdAtMs: act.atMs }),
  ]);
  return { webhook: await readWebhook(house, id), secret };
}
