import { z } from 'zod';
import { maxCursorLength } from '../../rules/page-cursor.ts';

/** Members that every list takes: texts, because a query has nothing else. */
export const pageQueryMembers = {
  limit: z
    .string()
    .regex(/^(?:[1-9][0-9]?|1[0-9][0-9]|200)$/)
    .describe('1 to 200; default 50')
    .optional(),
  cursor: z
    .string()
    .min(1)
    .max(maxCursorLength)
    .describe('`next_cursor` of the page before; opaque')
    .optional(),
};

export const pageQuery = z.strictObject(pageQueryMembers);

export type WirePageQuery = z.infer<typeof pageQuery>;

export function readPageQuery(query: WirePageQuery): {
  readonly limit: number | undefined;
  readonly cursor: string | undefined;
} {
  return { limit: query.limit === undefined ? undefined : Number(query.limit), cursor: query.cursor };
}

export interface WirePage<Item> {
  items: Item[];
  next_cursor: string | null;
}

export function pageAnswer<Item>(item: z.ZodType<Item>): z.ZodType<WirePage<Item>> {
  return z.strictObject({
    items: z.array(item),
    next_cursor: z.string().nullable().describe('Null on the last page'),
  });
}

export function toWirePage<Item, Wire>(
  page: { readonly items: readonly Item[]; readonly nextCursor: string | null },
  toWire: (item: Item) => Wire,
): WirePage<Wire> {
  return { items: page.items.map(toWire), next_cursor: page.nextCursor };
}
