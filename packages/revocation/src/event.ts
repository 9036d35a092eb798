/**
 * What an event revokes. `token`, `session` and `key` deny what they name for
 * good; the others carry an epoch: a token of that subject is dead when its
 * `rvs` is below the sequence number of the event.
 */
export const eventTypes = {
  token: 1,
  session: 2,
  user: 3,
  'user-claims': 4,
  client: 5,
  tenant: 6,
  key: 7,
  everything: 8,
} as const;

export type EventScope = keyof typeof eventTypes;

export const deadScopes: readonly EventScope[] = ['token', 'session', 'key'];

export function isEpochScope(scope: EventScope): boolean {
  return !deadScopes.includes(scope);
}

const formatVersion = 1;
export interface EventHead {
  readonly scope: EventScope;
  /** After this time (seconds) no token that the event denies can be alive. */
  readonly notAfterSeconds: number;
  /** 8 bytes, see `fingerprint`. */
  readonly fingerprint: Uint8Array;
}

/**
 * The first 16 of an event's 24 bytes, big-endian:
 * `type u8 | version u8 | reserved u16 | not_after u32 | fingerprint u64`.
 * The last 8, `epoch u64`, are known only when the event gets its number.
 */
export function encodeEventHead(head: EventHead): Uint8Array {
  if (head.fingerprint.length !== 8) throw new TypeError('a fingerprint has 8 bytes');
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, eventTypes[head.scope]);
  view.setUint8(1, formatVersion);
  view.setUint32(4, head.notAfterSeconds);
  bytes.set(head.fingerprint, 8);
  return bytes;
}
