import { randomBytes } from 'node:crypto';
import {
  createDenyState,
  encodeEvent,
  type EventScope,
  eventTypes,
  fingerprint,
  isEpochScope,
  judgeFreshness,
  judgeToken,
  type RevocationView,
} from '@countersign/revocation';

/** A view as a process of the issuer has one, over the real memory of denials; a test says what happens to it. */
export interface ChangingView {
  readonly view: RevocationView;
  revoke(scope: EventScope, name: string): void;
  /** What is known now is vouched for at this time. */
  head(timeMs: number, ttlMaxSeconds: number): void;
  /** Runs when somebody asks for news. */
  onPull: () => Promise<void> | void;
  /** How often somebody did. */
  readonly pulls: number;
  /** How often each kind of question was asked. */
  readonly asked: { judge: number; freshness: number };
}

export function createChangingView(nowMs: number): ChangingView {
  const fingerprintKey = randomBytes(16);
  const denials = createDenyState({ fingerprintKey });
  const listeners = new Set<() => void>();
  let seq = 0;
  let state: 'following' | 'closed' = 'following';
  const known = { denials, head: { timeMs: nowMs, ttlMaxSeconds: 300 } };
  const asked = { judge: 0, freshness: 0 };
  const changing = {
    asked,
    pulls: 0,
    onPull: (): Promise<void> | void => {},
    revoke: (scope: EventScope, name: string): void => {
      seq += 1;
      const event = encodeEvent({
        scope,
        notAfterSeconds: 0xffff_ffff,
        fingerprint: fingerprint(fingerprintKey, eventTypes[scope], name === '' ? [] : [name]),
        epoch: isEpochScope(scope) ? seq : 0,
      });
      denials.apply(event, seq - 1, known.head);
      for (const listener of listeners) listener();
    },
    head: (timeMs: number, ttlMaxSeconds: number): void => {
      known.head = { timeMs, ttlMaxSeconds };
    },
  };
  const view: RevocationView = {
    get changes() {
      return denials.changes;
    },
    get seq() {
      return seq;
    },
    get ttlMaxSeconds() {
      return known.head.ttlMaxSeconds;
    },
    judge: (token, freshness) => {
      asked.judge += 1;
      return judgeToken(token, freshness, known);
    },
    judgeFreshness: (iatSeconds, freshness) => {
      asked.freshness += 1;
      return judgeFreshness(iatSeconds, freshness, known.head);
    },
    pull: async () => {
      changing.pulls += 1;
      await changing.onPull();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => ({
      state,
      fault: undefined,
      seq,
      headTimeMs: known.head.timeMs,
      entries: denials.entries,
      bytes: denials.bytes,
      revokedKeys: denials.revokedKeys,
    }),
    close: () => {
      state = 'closed';
    },
  };
  return Object.assign(changing, { view });
}
