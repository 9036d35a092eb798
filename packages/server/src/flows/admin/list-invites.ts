import type { House } from '../../base/house.ts';
import { readTimeCursor } from '../../rules/page-cursor.ts';
import { listInviteRows } from '../../store/invites.ts';
import { type Invite, toInvite } from './invite.ts';
import { newest, type Page, type PageRequest, readCursor, readLimit, timeCursor, toPage } from './page.ts';

/**
 * Invitations that can still be used, newest first. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listInvites(house: House, request: PageRequest): Promise<Page<Invite>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readTimeCursor, newest);
  const rows = await house.store.read(listInviteRows({ nowMs: house.now(), after, limit: limit + 1 }));
  return toPage(rows, limit, { item: toInvite, cursor: timeCursor });
}
