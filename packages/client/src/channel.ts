import { readMembers } from './read-answer.ts';
import { pickRecord, type SessionRecord } from './session-record.ts';
import type { Surroundings } from './surroundings.ts';

/** What the pages of one origin tell each other. */
export type TabMessage =
  /** The storage they share was written: look again. */
  | { readonly type: 'changed' }
  /** Cookie mode, where the storage holds no access token: here it is. */
  | { readonly type: 'held'; readonly record: SessionRecord }
  /** The issuer asked the tab that renewed this session to leave it alone for so long. */
  | {
      readonly type: 'resting';
      readonly sid: string;
      readonly code: string;
      readonly status?: number;
      readonly retryAfterSeconds: number;
    }
  /** This session, or every session of this user, is over. */
  | { readonly type: 'ended'; readonly sid?: string; readonly userId?: string };

export interface Channel {
  readonly post: (message: TabMessage) => void;
  readonly close: () => void;
}

/**
 * Open the channel of the clients with this name.
 *
 * Only pages of the same origin can post to a BroadcastChannel; what arrives
 * is still read as untrusted, and no message makes a client send a request
 * on its own behalf more often than the renewal pause allows.
 */
export function openChannel(
  name: string,
  surroundings: Surroundings,
  onMessage: (message: TabMessage) => void,
): Channel {
  if (surroundings.openChannel === undefined) return { post: () => {}, close: () => {} };
  const channel = surroundings.openChannel(name);
  channel.onmessage = (event) => {
    const message = readMessage(event.data);
    if (message !== undefined) onMessage(message);
  };
  // Node only: an open channel must not keep a process alive.
  if ('unref' in channel && typeof channel.unref === 'function') channel.unref();
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

function readMessage(value: unknown): TabMessage | undefined {
  const found = readMembers(value);
  const type = found.get('type');
  if (type === 'changed') return { type };
  if (type === 'held') {
    const record = pickRecord(found.get('record'));
    return record === undefined ? undefined : { type, record };
  }
  if (type === 'resting') return readResting(found);
  if (type !== 'ended') return undefined;
  const sid = found.get('sid');
  const userId = found.get('userId');
  return {
    type,
    ...(typeof sid === 'string' ? { sid } : {}),
    ...(typeof userId === 'string' ? { userId } : {}),
  };
}

function readResting(found: ReadonlyMap<string, unknown>): TabMessage | undefined {
  const [sid, code, status, seconds] = ['sid', 'code', 'status', 'retryAfterSeconds'].map((name) =>
    found.get(name),
  );
  if (typeof sid !== 'string' || typeof code !== 'string' || typeof seconds !== 'number') return undefined;
  if (!(seconds >= 0)) return undefined;
  return {
    type: 'resting',
    sid,
    code,
    retryAfterSeconds: seconds,
    ...(typeof status === 'number' ? { status } : {}),
  };
}
