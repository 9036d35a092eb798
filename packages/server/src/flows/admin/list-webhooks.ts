import type { House } from '../../base/house.ts';
import { readTimeCursor } from '../../rules/page-cursor.ts';
import { listWebhookRows } from '../../store/webhooks.ts';
import { newest, type Page, type PageRequest, readCursor, readLimit, timeCursor, toPage } from './page.ts';
import type { Webhook } from './webhook.ts';

/**
 * Endpoints, newest first. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listWebhooks(house: House, request: PageRequest): Promise<Page<Webhook>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readTimeCursor, newest);
  const rows = await house.store.read(listWebhookRows({ after, limit: limit + 1 }));
  return toPage(rows, limit, { item: (row) => row, cursor: timeCursor });
}
