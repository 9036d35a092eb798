import { createHash } from 'node:crypto';
import {
  encodeEvent,
  type EventScope,
  eventTypes,
  fingerprint,
  isEpochScope,
  type SnapshotReference,
  type TokenNames,
} from '../src/index.ts';

export const fingerprintKey: Uint8Array = Uint8Array.from({ length: 16 }, (_, i) => i);

/** The lanes that tables take, of the 8 bytes in an event. */
export function lanesOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.of(view.getInt32(0), view.getInt32(4));
}

/** One thing that is revoked. */
export interface Act {
  readonly scope: EventScope;
  readonly subject: string;
}

/** The event of an act as the issuer writes it, at its number. */
export function eventOf(
  { scope, subject }: Act,
  seq: number,
  { key = fingerprintKey, notAfterSeconds = 0 }: { key?: Uint8Array; notAfterSeconds?: number } = {},
): Uint8Array {
  return encodeEvent({
    scope,
    notAfterSeconds,
    fingerprint: fingerprint(key, eventTypes[scope], scope === 'everything' ? [] : [subject]),
    epoch: isEpochScope(scope) ? seq : 0,
  });
}

/** The events of acts, from `afterSeq + 1` on. */
export function eventsOf(afterSeq: number, ...acts: readonly Act[]): Uint8Array {
  return Buffer.concat(acts.map((act, index) => eventOf(act, afterSeq + 1 + index)));
}

/** A token that names one thing in each scope. */
export function tokenNames(names: Partial<TokenNames> = {}): TokenNames {
  return {
    jti: 'jti-1',
    sid: 'sid-1',
    sub: 'sub-1',
    clientId: 'client-1',
    tid: 'tid-1',
    kid: 'kid-1',
    rvs: 100,
    iatSeconds: 1000,
    expSeconds: 1300,
    ...names,
  };
}

export function referenceTo(seq: number, bytes: Uint8Array): SnapshotReference {
  return { seq, hash: new Uint8Array(32), content: createHash('sha256').update(bytes).digest() };
}

/** The bytes in pieces of so many. */
export async function* inPieces(
  bytes: Uint8Array,
  length = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length)
    yield bytes.subarray(at, Math.min(at + length, bytes.length));
}
