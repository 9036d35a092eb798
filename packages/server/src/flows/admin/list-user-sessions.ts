import type { House } from '../../base/house.ts';
import { readTimeCursor } from '../../rules/page-cursor.ts';
import { listSessionsOfUser, type UserSessionRow } from '../../store/session-list.ts';
import { readAccount } from './account.ts';
import { newest, type Page, type PageRequest, readCursor, readLimit, timeCursor, toPage } from './page.ts';

export interface UserSessionRequest extends PageRequest {
  readonly userId: string;
}

/**
 * Sessions of one user, newest first; ended ones say when and why for as long
 * as their rows are kept. Does NOT check who asks.
 *
 * @throws Refusal `not_found`, `invalid_request`
 */
export async function listUserSessions(
  house: House,
  request: UserSessionRequest,
): Promise<Page<UserSessionRow>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readTimeCursor, newest);
  const { id: userId } = await readAccount(house, request.userId);
  const rows = await house.store.read(listSessionsOfUser({ userId, after, limit: limit + 1 }));
  return toPage(rows, limit, { item: (row) => row, cursor: timeCursor });
}
