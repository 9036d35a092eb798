import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { findWebhook, type WebhookRow } from '../../store/webhooks.ts';

/** An endpoint as administrators see it. */
export type Webhook = WebhookRow;

/** @throws Refusal `not_found` */
export async function readWebhook(house: House, id: string): Promise<Webhook> {
  const [row] = await house.store.read(findWebhook(id));
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such webhook' });
  return row;
}
