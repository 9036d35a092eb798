import type { House } from '../../base/house.ts';
import { readTimeCursor } from '../../rules/page-cursor.ts';
import { listMachineClients } from '../../store/machine-clients.ts';
import { type MachineClient, toMachineClient } from './machine-client.ts';
import { newest, type Page, type PageRequest, readCursor, readLimit, timeCursor, toPage } from './page.ts';

/**
 * Machine clients, newest first. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listClients(house: House, request: PageRequest): Promise<Page<MachineClient>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readTimeCursor, newest);
  const rows = await house.store.read(listMachineClients({ after, limit: limit + 1 }));
  return toPage(rows, limit, { item: toMachineClient, cursor: timeCursor });
}
