import { createHmac } from 'node:crypto';
import type { Acknowledgement } from './transport.ts';

const purpose = 'countersign revocation ack v1';

/**
 * The MAC that proves end to end which guard acknowledged: a relay in between cannot make one.
 *
 * HMAC-SHA-256 under HMAC-SHA-256(`secretHash`, "countersign revocation ack v1") over `client_id`, `process`,
 * `seq` (8 bytes), `hash` and `max_staleness_seconds` (4 bytes), each with its length in 4 bytes before it,
 * big-endian. Does NOT compare anything: the issuer does, in constant time.
 *
 * @param secretHash SHA-256 of the client's secret, 32 bytes
 * @returns 32 bytes
 * @see RFC 2104 §2
 */
export function acknowledgementMac(secretHash: Uint8Array, acknowledgement: Acknowledgement): Uint8Array {
  const { clientId, process, seq, hash, maxStalenessSeconds } = acknowledgement;
  const key = createHmac('sha256', secretHash).update(purpose).digest();
  const mac = createHmac('sha256', key);
  for (const field of [
    Buffer.from(clientId),
    Buffer.from(process),
    u64(seq),
    hash,
    u32(maxStalenessSeconds),
  ]) {
    mac.update(u32(field.length)).update(field);
  }
  return mac.digest();
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
