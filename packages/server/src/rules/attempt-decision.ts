/**
 * When the next guess at a secret is looked at.
 *
 * | wrong in a row | the next one                                        |
 * | -------------- | --------------------------------------------------- |
 * | 0 to 9         | at once                                             |
 * | 10             | 30 s after the last                                 |
 * | 11             | 1 min                                               |
 * | 12             | 2 min                                               |
 * | 13             | 4 min                                               |
 * | 14             | 8 min                                               |
 * | 15 to 99       | 15 min                                              |
 * | 100            | never: only another proof of identity starts anew   |
 *
 * A right answer ends the row. The store counts by the same table, in the
 * statement that reserves a guess.
 *
 * @see SP 800-63B-4 §3.2.2
 */
export const attemptLimits: {
  readonly rests: readonly { readonly from: number; readonly seconds: number }[];
  readonly maxFailures: number;
  readonly toleranceMs: number;
} = {
  rests: [
    { from: 15, seconds: 900 },
    { from: 14, seconds: 480 },
    { from: 13, seconds: 240 },
    { from: 12, seconds: 120 },
    { from: 11, seconds: 60 },
    { from: 10, seconds: 30 },
  ],
  maxFailures: 100,
  // Clocks of two instances may differ by a minute.
  toleranceMs: 60_000,
};

export type AttemptDecision =
  | { readonly kind: 'open' }
  | { readonly kind: 'rest'; readonly seconds: number }
  | { readonly kind: 'used-up' };

/** Pure. @param row  none when nobody failed since the last right answer */
export function decideAttempt(
  row: { readonly failures: number; readonly triedAtMs: number } | undefined,
  nowMs: number,
): AttemptDecision {
  if (row === undefined) return { kind: 'open' };
  if (row.failures >= attemptLimits.maxFailures) return { kind: 'used-up' };
  // Counted before the clock was set back: that must not shut anybody out for an hour.
  if (row.triedAtMs > nowMs + attemptLimits.toleranceMs) return { kind: 'open' };
  const rest = attemptLimits.rests.find(({ from }) => row.failures >= from);
  const waitMs = row.triedAtMs + (rest?.seconds ?? 0) * 1000 - nowMs;
  return waitMs <= 0 ? { kind: 'open' } : { kind: 'rest', seconds: Math.ceil(waitMs / 1000) };
}
