import { notOfForm } from '../../base/refusal.ts';
import { type TimeKey, writeCursor } from '../../rules/page-cursor.ts';

export interface PageRequest {
  /** 1 to 200; 50 where it is left out. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

const defaultPageSize = 50;
const maxPageSize = 200;

/** @throws Refusal `invalid_request` naming `limit` */
export function readLimit(limit: number | undefined): number {
  if (limit === undefined) return defaultPageSize;
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageSize) return limit;
  throw notOfForm('limit', `is a whole number from 1 to ${maxPageSize}`);
}

/** @throws Refusal `invalid_request` naming `cursor` for one that was not given out by this list */
export function readCursor<Key>(
  cursor: string | undefined,
  read: (cursor: string) => Key | undefined,
  start: Key,
): Key {
  if (cursor === undefined) return start;
  const key = read(cursor);
  if (key !== undefined) return key;
  throw notOfForm('cursor', 'was not given out by this list');
}

/** One row more than the page holds was asked for: it says whether there is another page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  form: { readonly item: (row: Row) => Item; readonly cursor: (last: Row) => string },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(form.item),
    nextCursor: rows.length > limit && last !== undefined ? form.cursor(last) : null,
  };
}

/** Where lists by time begin: before any time that a clock can show. */
export const newest: TimeKey = { kind: 'time', atMs: Number.MAX_SAFE_INTEGER, id: '' };

export function timeCursor(row: { readonly createdAtMs: number; readonly id: string }): string {
  return writeCursor({ kind: 'time', atMs: row.createdAtMs, id: row.id });
}
