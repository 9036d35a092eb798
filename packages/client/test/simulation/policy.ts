import type { TestServer } from 'countersign/testing';
import { sql } from '../../../server/src/store/sql.ts';

/**
 * What a server takes a repeat for. `request id`: ours. The other two are
 * what most servers do, made of ours: nobody sends a request id, and a
 * session has no overlap, or one of ten seconds for anybody.
 */
export const policies = ['request id', 'single use', 'ten seconds of grace'] as const;
export type Policy = (typeof policies)[number];

const overlapSeconds = { 'single use': 0, 'ten seconds of grace': 10 } as const;

/** To sessions that were opened since. */
export async function applyPolicy(server: TestServer, policy: Policy): Promise<void> {
  if (policy === 'request id') return;
  await server.house.store.commit([
    sql`UPDATE sessions SET overlap_seconds = ${overlapSeconds[policy]} WHERE overlap_seconds <> ${overlapSeconds[policy]}`,
  ]);
}
