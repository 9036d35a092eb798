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

/** Of an event on the wire and in the chain. */
export const eventBytes = 24;

/** Of the format of events; a verifier closes at one that it does not know. */
export const eventVersion = 1;

export interface EventHead {
  readonly scope: EventScope;
  /** After this time (seconds) no token that the event denies can be alive. */
  readonly notAfterSeconds: number;
  /** 8 bytes, see `fingerprint`. */
  readonly fingerprint: Uint8Array;
}

export interface FeedEvent extends EventHead {
  /** The event's own sequence number for epoch scopes, else 0. */
  readonly epoch: number;
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
  view.setUint8(1, eventVersion);
  view.setUint32(4, head.notAfterSeconds);
  bytes.set(head.fingerprint, 8);
  return bytes;
}

/** @returns 24 bytes: `encodeEventHead`, then `epoch u64` */
export function encodeEvent(event: FeedEvent): Uint8Array {
  const bytes = new Uint8Array(eventBytes);
  bytes.set(encodeEventHead(event));
  new DataView(bytes.buffer).setBigUint64(16, BigInt(event.epoch));
  return bytes;
}

/**
 * Does NOT check that the epoch is the event's own number: `findEventFault` does.
 * @param bytes 24 bytes
 * @returns `undefined` where type, version or the reserved bytes are unknown, or the epoch is 2^53 or more
 */
export function decodeEvent(bytes: Uint8Array): FeedEvent | undefined {
  if (bytes.length !== eventBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scope = scopeOf(view.getUint8(0));
  const epoch = Number(view.getBigUint64(16));
  if (scope === undefined || view.getUint8(1) !== eventVersion || view.getUint16(2) !== 0) return undefined;
  if (!Number.isSafeInteger(epoch)) return undefined;
  return { scope, notAfterSeconds: view.getUint32(4), fingerprint: bytes.slice(8, 16), epoch };
}

const scopes: readonly (EventScope | undefined)[] = [
  undefined,
  'token',
  'session',
  'user',
  'user-claims',
  'client',
  'tenant',
  'key',
  'everything',
];

function scopeOf(type: number): EventScope | undefined {
  return scopes[type];
}
