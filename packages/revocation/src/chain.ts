import { createHash } from 'node:crypto';

/**
 * The feed's hash after one more event: SHA-256 over the hash before it and
 * the event's 24 bytes.
 *
 * @param hash 32 bytes
 * @param eventHead 16 bytes, see `encodeEventHead`
 * @param epoch the event's own sequence number for epoch scopes, else 0
 */
export function nextHash(hash: Uint8Array, eventHead: Uint8Array, epoch: number | bigint): Uint8Array {
  const tail = new Uint8Array(8);
  new DataView(tail.buffer).setBigUint64(0, BigInt(epoch));
  return createHash('sha256').update(hash).update(eventHead).update(tail).digest();
}
