import { hash } from 'node:crypto';
import type { Now } from '../base/clock.ts';
import type { LimitName, Limits } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { LimitRow, LimitTable } from './limit-table.ts';
import { sourceKey } from './source-key.ts';
import { createStopwatch } from './stopwatch.ts';

/** Keys remembered for each limit: a few megabytes in all, whoever comes. */
const maxKeys = 20_000;
/** Longer keys are kept by their digest. */
const maxKeyLength = 64;
/** Of so many oldest keys the one is forgotten whose budget is whole soonest. */
const candidates = 8;

/**
 * Budgets in the memory of this process, by the generic cell rate algorithm:
 * for each key the moment at which its budget is whole again.
 *
 * Who is refused pays nothing. When there are too many keys, one is forgotten
 * that was not seen for long and has little to pay back: a flood of random keys
 * frees none that is under attack.
 * A clock that jumps back stops nobody, one that jumps forward refills.
 */
export function createLimits(table: LimitTable, now: Now): Limits {
  const books = new Map<LimitName, Map<string, number>>();
  const elapsed = createStopwatch(now);

  const open = (limit: LimitName, key: string) => {
    const row = table[limit];
    const book = books.get(limit) ?? new Map<string, number>();
    books.set(limit, book);
    return { row, book, entry: entryOf(row, key) };
  };

  return {
    spend(limit, key) {
      const { row, book, entry } = open(limit, key);
      const atMs = elapsed();
      const intervalMs = row.perSeconds * 1000;
      const wholeAtMs = Math.max(book.get(entry) ?? 0, atMs);
      const tooEarlyMs = wholeAtMs + intervalMs - atMs - row.burst * intervalMs;
      // A tolerance far below any interval: sums of fractions are not exact.
      const isRefused = tooEarlyMs > 0.001;
      remember(book, entry, isRefused ? wholeAtMs : wholeAtMs + intervalMs);
      if (isRefused) {
        throw new Refusal('too_many_requests', {
          reason: limit,
          retryAfterSeconds: Math.max(1, Math.ceil(tooEarlyMs / 1000)),
        });
      }
    },
  };
}

/** A map keeps the order of insertion: its first keys were not seen for the longest time. */
function remember(book: Map<string, number>, entry: string, wholeAtMs: number): void {
  book.delete(entry);
  book.set(entry, wholeAtMs);
  if (book.size <= maxKeys) return;
  let soonest: string | undefined;
  let soonestMs = Number.POSITIVE_INFINITY;
  let seen = 0;
  for (const [candidate, candidateMs] of book) {
    if (candidateMs < soonestMs) [soonest, soonestMs] = [candidate, candidateMs];
    seen += 1;
    if (seen === candidates) break;
  }
  if (soonest !== undefined) book.delete(soonest);
}

function entryOf(row: LimitRow, key: string): string {
  const counted = row.isBySource ? sourceKey(key) : key;
  return counted.length <= maxKeyLength ? counted : hash('sha256', counted, 'base64url');
}
