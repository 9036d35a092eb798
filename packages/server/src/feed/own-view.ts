import {
  createDenyState,
  type DenyState,
  judgeFreshness,
  judgeToken,
  type RevocationStatus,
  type RevocationView,
} from '@countersign/revocation';
import type { FeedState } from '../base/feed-rows.ts';

/** What the issuer's own process knows: it reads the log of its own database. */
export interface OwnView {
  readonly view: RevocationView;
  /**
   * Events that follow each other, as they are read.
   * @param atMs when the read began
   */
  apply(events: Uint8Array, after: number, state: FeedState, atMs: number): void;
  /** Everything that was committed before `atMs` has been applied. */
  note(state: FeedState, atMs: number): void;
  /** The database could not be read: what is known grows old. */
  noteFault(): void;
  close(): void;
}

/** What is known, in one value that `judge` can hand on: nothing is made for a request. */
interface Known {
  denials: DenyState;
  head: { timeMs: number; ttlMaxSeconds: number } | undefined;
  seq: number;
  state: RevocationStatus['state'];
}

const noEvents = new Uint8Array();

/**
 * A view that no head has to vouch for: what was read at a moment is as good as
 * a head of that moment. When the database cannot be read it goes stale as any other.
 *
 * @param look reads what is new
 */
export function createOwnView(fingerprintKey: Uint8Array, look: () => Promise<unknown>): OwnView {
  const known: Known = {
    denials: createDenyState({ fingerprintKey }),
    head: undefined,
    seq: 0,
    state: 'starting',
  };
  const listeners = new Set<() => void>();
  let toldChanges = 0;

  const apply: OwnView['apply'] = (events, after, state, atMs) => {
    known.denials.useFingerprintKey(state.fingerprintKey);
    const fault = known.denials.apply(events, after, { timeMs: atMs, ttlMaxSeconds: state.ttlMaxSeconds });
    if (fault !== undefined) throw new Error(`an event of the database is not understood: ${fault}`);
  };
  return {
    apply,
    note(state, atMs) {
      apply(noEvents, state.seq, state, atMs);
      if (known.state === 'closed') return;
      known.head = { timeMs: atMs, ttlMaxSeconds: state.ttlMaxSeconds };
      known.seq = state.seq;
      known.state = 'following';
      if (toldChanges === known.denials.changes) return;
      toldChanges = known.denials.changes;
      for (const listener of listeners) listener();
    },
    noteFault() {
      if (known.state === 'following') known.state = 'disconnected';
    },
    close() {
      known.state = 'closed';
      known.head = undefined;
    },
    view: openView(known, { listeners, look }),
  };
}

function openView(
  known: Known,
  { listeners, look }: { readonly listeners: Set<() => void>; readonly look: () => Promise<unknown> },
): RevocationView {
  return {
    get changes() {
      return known.denials.changes;
    },
    get seq() {
      return known.seq;
    },
    get ttlMaxSeconds() {
      return known.head?.ttlMaxSeconds;
    },
    judge: (token, freshness) => judgeToken(token, freshness, known),
    judgeFreshness: (iatSeconds, freshness) => judgeFreshness(iatSeconds, freshness, known.head),
    async pull() {
      await look().catch(() => undefined);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    status: () => ({
      state: known.state,
      fault: known.state === 'disconnected' ? 'the database cannot be read' : undefined,
      seq: known.seq,
      headTimeMs: known.head?.timeMs,
      entries: known.denials.entries,
      bytes: known.denials.bytes,
      revokedKeys: known.denials.revokedKeys,
    }),
    // One guard in this process that ends must not blind the others.
    close: () => {},
  };
}
