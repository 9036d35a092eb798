import type { House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';

const retryAfterSeconds = 30;

/**
 * A database that fell back behind what was signed has forgotten revocations:
 * nothing new is built on it until somebody declares the gap.
 *
 * @throws Refusal `unavailable`
 */
export function checkIssuing(house: Pick<House, 'feed'>): void {
  if (!house.feed.isHalted) return;
  throw new Refusal('unavailable', {
    reason: 'the database is older than what was signed: run countersign declare-restore',
    retryAfterSeconds,
  });
}
