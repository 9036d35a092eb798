import { hash as digest } from 'node:crypto';
import { eventBytes } from './event.ts';

const hashBytes = 32;

/**
 * The feed's hash after one more event: SHA-256 over the hash before it and
 * the event's 24 bytes.
 *
 * @param hash 32 bytes
 * @param eventHead 16 bytes, see `encodeEventHead`
 * @param epoch the event's own sequence number for epoch scopes, else 0
 */
export function nextHash(hash: Uint8Array, eventHead: Uint8Array, epoch: number | bigint): Uint8Array {
  const link = new Uint8Array(hashBytes + eventBytes);
  link.set(hash);
  link.set(eventHead, hashBytes);
  new DataView(link.buffer).setBigUint64(hashBytes + eventHead.length, BigInt(epoch));
  return digest('sha256', link, 'buffer');
}

/**
 * The feed's hash after a list of events: where a list is cut into batches
 * does not matter.
 *
 * @param hash 32 bytes, not changed
 * @param events 24 bytes each
 * @returns 32 bytes
 */
export function extendChain(hash: Uint8Array, events: Uint8Array): Uint8Array {
  if (events.length % eventBytes !== 0) throw new TypeError('an event has 24 bytes');
  const link = new Uint8Array(hashBytes + eventBytes);
  link.set(hash);
  for (let at = 0; at < events.length; at += eventBytes) {
    link.set(events.subarray(at, at + eventBytes), hashBytes);
    link.set(digest('sha256', link, 'buffer'));
  }
  return link.slice(0, hashBytes);
}
