import type { House } from '../../base/house.ts';
import { readNameCursor, writeCursor } from '../../rules/page-cursor.ts';
import { listRoles as listRows } from '../../store/roles.ts';
import { type Page, type PageRequest, readCursor, readLimit, toPage } from './page.ts';
import { type Role, toRole } from './role.ts';

/**
 * By name. Does NOT check who asks, and says nothing of who holds them.
 *
 * @throws Refusal `invalid_request`
 */
export async function listRoles(house: House, request: PageRequest): Promise<Page<Role>> {
  const limit = readLimit(request.limit);
  const after = readCursor(request.cursor, readNameCursor, { kind: 'name', name: '' });
  const rows = await house.store.read(listRows({ after: after.name, limit: limit + 1 }));
  return toPage(rows, limit, {
    item: toRole,
    cursor: ({ name }) => writeCursor({ kind: 'name', name }),
  });
}
