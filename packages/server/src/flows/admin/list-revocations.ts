import type { House } from '../../base/house.ts';
import { readSequenceCursor, writeCursor } from '../../rules/page-cursor.ts';
import { listRevocationRows, type RevocationRow } from '../../store/revocation-list.ts';
import { type Page, type PageRequest, readCursor, readLimit, toPage } from './page.ts';

/**
 * Newest first, whoever caused them; those that can deny no token any more are
 * gone after a day. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listRevocations(house: House, request: PageRequest): Promise<Page<RevocationRow>> {
  const limit = readLimit(request.limit);
  const { seq } = readCursor(request.cursor, readSequenceCursor, {
    kind: 'sequence',
    seq: Number.MAX_SAFE_INTEGER,
  });
  const rows = await house.store.read(listRevocationRows({ before: seq, limit: limit + 1 }));
  return toPage(rows, limit, {
    item: (row) => row,
    cursor: (last) => writeCursor({ kind: 'sequence', seq: last.seq }),
  });
}
