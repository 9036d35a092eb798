import { hash } from 'node:crypto';

export interface ConcatKdfInput {
  readonly sharedSecret: Uint8Array;
  /** `enc` where the result encrypts the content, `alg` where it wraps a key. */
  readonly algorithmId: string;
  readonly partyUInfo: Uint8Array;
  readonly partyVInfo: Uint8Array;
}

const digestBytes = 32;

/**
 * Derive `keyBytes` with the Concat KDF over SHA-256.
 *
 * @see RFC 7518 §4.6.2, SP 800-56A §5.8.1
 */
export function deriveByConcat(input: ConcatKdfInput, keyBytes: number): Buffer {
  const otherInfo = Buffer.concat([
    withLength(Buffer.from(input.algorithmId, 'latin1')),
    withLength(input.partyUInfo),
    withLength(input.partyVInfo),
    uint32(keyBytes * 8),
  ]);
  const rounds: Buffer[] = [];
  for (let round = 1; rounds.length * digestBytes < keyBytes; round++) {
    rounds.push(hash('sha256', Buffer.concat([uint32(round), input.sharedSecret, otherInfo]), 'buffer'));
  }
  return Buffer.concat(rounds).subarray(0, keyBytes);
}

function withLength(bytes: Uint8Array): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
