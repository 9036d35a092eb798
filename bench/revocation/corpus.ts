import { randomBytes } from 'node:crypto';
import {
  eventBytes,
  type EventScope,
  eventTypes,
  eventVersion,
  isEpochScope,
  type TokenNames,
} from '@countersign/revocation';

/** Random fingerprints are what a keyed hash gives, and much faster to make. */
const chunkEvents = 65_536;

/**
 * Events from number 1 on, the scopes in turns.
 * @returns 24 bytes each
 */
export function makeEvents(count: number, scopes: readonly EventScope[]): Uint8Array {
  const events = new Uint8Array(count * eventBytes);
  const view = new DataView(events.buffer);
  let random = randomBytes(8 * chunkEvents);
  for (let index = 0; index < count; index += 1) {
    const scope = scopes[index % scopes.length] ?? 'token';
    const at = index * eventBytes;
    const from = 8 * (index % chunkEvents);
    if (index > 0 && from === 0) random = randomBytes(8 * chunkEvents);
    events[at] = eventTypes[scope];
    events[at + 1] = eventVersion;
    events.set(random.subarray(from, from + 8), at + 8);
    if (isEpochScope(scope)) view.setBigUint64(at + 16, BigInt(index + 1));
  }
  return events;
}

/** Distinct tokens that no event denies: every scope has to be looked up. */
export function makeTokens(count: number, rvs: number): readonly TokenNames[] {
  const name = (): string => randomBytes(16).toString('base64url');
  return Array.from({ length: count }, () => ({
    jti: name(),
    sid: name(),
    sub: name(),
    clientId: 'first-party',
    tid: 'tenant-1',
    kid: 'Qy3xVb1uW9k',
    rvs,
    iatSeconds: 1_000_000,
    expSeconds: 1_000_300,
  }));
}
