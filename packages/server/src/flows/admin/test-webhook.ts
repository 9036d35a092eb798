import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { findWebhookTarget } from '../../store/webhooks.ts';

export interface WebhookTest {
  readonly delivered: boolean;
  /** A status, or why there is none; null when it was delivered. */
  readonly fault: string | null;
}

/**
 * Sends an event `webhook.test` now, also to a disabled endpoint. Outside of the
 * order: what waits goes on waiting, and the outcome changes nothing.
 *
 * @throws Refusal `not_found`
 */
export async function testWebhook(house: House, webhookId: string): Promise<WebhookTest> {
  const [target] = await house.store.read(findWebhookTarget(webhookId));
  if (target === undefined) throw new Refusal('not_found', { reason: 'no such webhook' });
  const fault = await house.webhooks.sendTest({ id: webhookId, ...target });
  return { delivered: fault === undefined, fault: fault ?? null };
}
