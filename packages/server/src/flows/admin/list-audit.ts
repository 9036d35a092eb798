import type { House } from '../../base/house.ts';
import { readSequenceCursor, writeCursor } from '../../rules/page-cursor.ts';
import { type AuditRow, listAuditRows } from '../../store/audit-list.ts';
import { type Page, type PageRequest, readCursor, readLimit, toPage } from './page.ts';

export interface AuditRequest extends PageRequest {
  /** What this user did, and what was done to this user. */
  readonly userId?: string | undefined;
  readonly action?: string | undefined;
}

export interface AuditEntry extends Omit<AuditRow, 'seq' | 'detail'> {
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Newest first. Does NOT check who asks.
 *
 * @throws Refusal `invalid_request`
 */
export async function listAudit(house: House, request: AuditRequest): Promise<Page<AuditEntry>> {
  const limit = readLimit(request.limit);
  const { seq } = readCursor(request.cursor, readSequenceCursor, {
    kind: 'sequence',
    seq: Number.MAX_SAFE_INTEGER,
  });
  const { userId, action } = request;
  const rows = await house.store.read(listAuditRows({ userId, action, before: seq, limit: limit + 1 }));
  return toPage(rows, limit, {
    item: toEntry,
    cursor: (last) => writeCursor({ kind: 'sequence', seq: last.seq }),
  });
}

function toEntry({ seq: _, detail, ...row }: AuditRow): AuditEntry {
  return { ...row, detail: JSON.parse(detail) };
}
