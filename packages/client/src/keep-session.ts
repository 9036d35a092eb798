import { ClientError } from './client-error.ts';
import { isNewer, isSameSession, readSessionRecord, type SessionRecord } from './session-record.ts';
import { openMemory } from './storage/memory.ts';
import type { ValueStorage } from './storage/storage.ts';

/** Keychains of phones take about this much in one value. */
const customMaxBytes = 2048;

/** The one stored session of a client, as a record. */
export interface SessionKeeper {
  /** @throws ClientError `storage_failed`: not knowing is not the same as nothing being there */
  readonly read: () => Promise<SessionRecord | undefined>;
  /** Write whatever is there: after a sign-in. */
  readonly replace: (record: SessionRecord) => Promise<void>;
  /**
   * Write the outcome of a renewal of `record`'s own session, unless the
   * storage has moved on: it holds a higher counter, another session, or
   * nothing any more.
   *
   * @returns what counts now; `undefined` after a sign-out elsewhere
   */
  readonly advance: (record: SessionRecord) => Promise<SessionRecord | undefined>;
  readonly remove: () => Promise<void>;
}

/**
 * Keep records in `storage`.
 *
 * A storage that refuses to be written (full, blocked, missing) is left for
 * memory: the session lasts as long as the page, and a reload starts from what
 * the storage last took, whose request id the issuer still knows.
 */
export function createSessionKeeper(storage: ValueStorage): SessionKeeper {
  let place = storage;
  const read = async (): Promise<SessionRecord | undefined> => {
    try {
      return readSessionRecord(await place.read());
    } catch (cause) {
      throw new ClientError('storage_failed', 'The storage could not be read', { cause });
    }
  };
  const replace = async (record: SessionRecord): Promise<void> => {
    const value = writeRecord(record, storage.kind);
    try {
      await place.write(value);
    } catch {
      place = openMemory();
      await place.write(value);
    }
  };
  return {
    read,
    replace,
    advance: async (record) => {
      const stored = await read();
      if (stored === undefined || stored.signedOut === true) return undefined;
      if (!isSameSession(stored, record) && !isUnnamed(stored)) return stored;
      if (isNewer(stored, record)) return storage.kind === 'cookie' ? record : stored;
      await replace(record);
      return record;
    },
    remove: async () => {
      try {
        await place.remove();
      } catch {
        place = openMemory();
      }
    },
  };
}

/** Cookie mode before the first answer: the secret is made, the session not yet known. */
function isUnnamed(record: SessionRecord): boolean {
  return record.sid === undefined && record.refreshToken === undefined;
}

function writeRecord(record: SessionRecord, kind: ValueStorage['kind']): string {
  if (kind === 'cookie') {
    const { secret, sid, renewedAtMs, isFromSignIn, signedOut } = record;
    return JSON.stringify({ secret, sid, renewedAtMs, isFromSignIn, signedOut });
  }
  const whole = JSON.stringify(record);
  if (kind !== 'custom' || isSmall(whole)) return whole;
  const { accessToken: _left, ...rest } = record;
  const withUser = JSON.stringify(rest);
  if (isSmall(withUser)) return withUser;
  const { user: _alsoLeft, ...least } = rest;
  return JSON.stringify(least);
}

function isSmall(value: string): boolean {
  return new TextEncoder().encode(value).length <= customMaxBytes;
}
