import type { PageRequest } from '../flows/admin/page.ts';
import { type Call, type Option, UsageError } from './command.ts';

export const pageOptions: Readonly<Record<string, Option>> = {
  limit: { type: 'string', value: '<number>', help: 'How many at once, 1 to 200; 50' },
  cursor: { type: 'string', value: '<cursor>', help: 'Go on where the page before ended' },
};

/** @throws UsageError */
export function readPage(call: Call): PageRequest {
  const limit = call.text('limit');
  if (limit !== undefined && !/^\d{1,3}$/.test(limit))
    throw new UsageError('--limit is a number from 1 to 200');
  return { limit: limit === undefined ? undefined : Number(limit), cursor: call.text('cursor') };
}
