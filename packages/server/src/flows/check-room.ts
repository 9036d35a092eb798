import { randomInt } from 'node:crypto';
import type { House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';

/** A second or two of work for a small machine: who would wait longer is better told to come back. */
export const maxWaitingActs = 2048;

/**
 * Shed what would wait too long for the database, before anything is read or spent.
 *
 * For calls that come in herds, as when an issuer was away and every client comes back at once: renewals and
 * tokens of machine clients. What ends sessions, and the feed itself, are never shed.
 *
 * @throws Refusal `overloaded`, with a `Retry-After` that parts the herd
 */
export function checkRoom(house: House): void {
  if (house.store.waiting() < maxWaitingActs) return;
  throw new Refusal('overloaded', {
    reason: 'too many acts wait for the database',
    retryAfterSeconds: randomInt(3, 10),
  });
}
