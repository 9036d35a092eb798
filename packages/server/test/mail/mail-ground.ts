import type { House } from '../../src/base/house.ts';
import type { NewMessage } from '../../src/base/messages.ts';
import { commitAct } from '../../src/flows/commit-act.ts';
import { sql } from '../../src/store/sql.ts';

export const alice = { email: 'alice@example.com' };

export function resetFor(email: string, path = '/reset-password?code=abc'): NewMessage {
  return { template: 'reset-password', to: { email }, language: 'en', values: { path, validMinutes: 60 } };
}

export async function send(house: House, ...messages: readonly NewMessage[]): Promise<void> {
  for (const message of messages) await commitAct(house, house.messages.write(message));
  await house.messages.settled();
}

export interface QueuedRow {
  readonly id: string;
  readonly recipient: string;
  readonly template: string;
  readonly language: string;
  readonly values: Uint8Array | null;
  readonly attempts: number;
  readonly fault: string | null;
  readonly sentAtMs: number | null;
  readonly failedAtMs: number | null;
  readonly nextAttemptMs: number;
}

/** The oldest first. */
export function readQueue(house: House): Promise<readonly QueuedRow[]> {
  return house.store.read(sql<QueuedRow>`SELECT id, recipient, template, language, sealed_values AS "values",
    attempts, fault, sent_at_ms AS "sentAtMs", failed_at_ms AS "failedAtMs", next_attempt_ms AS "nextAttemptMs"
    FROM outbox ORDER BY created_at_ms, rowid`);
}
