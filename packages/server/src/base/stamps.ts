import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Stamps } from './house.ts';
import type { Secret } from './secret.ts';

/**
 * HMAC-SHA-256 under a key of its own, derived from the master key. The use is
 * part of what is stamped: a stamp for one is worthless for another.
 *
 * @param masterKey 32 bytes
 */
export function createStamps(masterKey: Secret<Uint8Array>): Stamps {
  const key = createHmac('sha256', masterKey.reveal()).update('countersign stamps').digest();
  const stamp = (use: string, text: string): Buffer =>
    createHmac('sha256', key).update(`${use}\0`).update(text).digest();
  return {
    make: (use, text) => stamp(use, text).toString('base64url'),
    holds(use, text, presented) {
      const expected = stamp(use, text);
      const bytes = Buffer.from(presented, 'base64url');
      const isWellFormed = bytes.length === expected.length && bytes.toString('base64url') === presented;
      return isWellFormed && timingSafeEqual(bytes, expected);
    },
  };
}
