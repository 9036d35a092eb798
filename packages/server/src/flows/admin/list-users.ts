import { canonicalEmail } from '../../base/canonical.ts';
import type { House } from '../../base/house.ts';
import { readTimeCursor } from '../../rules/page-cursor.ts';
import { listAccounts } from '../../store/user-list.ts';
import { type Account, toAccount } from './account.ts';
import { newest, type Page, type PageRequest, readCursor, readLimit, timeCursor, toPage } from './page.ts';

export interface UserListRequest extends PageRequest {
  /** Beginning of an e-mail address or user name, in any case. No wildcards. */
  readonly search?: string | undefined;
}

/**
 * Newest first. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listUsers(house: House, request: UserListRequest): Promise<Page<Account>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readTimeCursor, newest);
  const prefix = canonicalEmail(request.search ?? '');
  const rows = await house.store.read(listAccounts({ prefix, after, limit: limit + 1 }));
  return toPage(rows, limit, { item: toAccount, cursor: timeCursor });
}
