/*
 * What a relay has followed, as a source for the endpoints
 *
 *   issuer ──stream──► follower ──verified heads and their events──► log in memory ──► desk
 *          ──head, snapshot, when asked for──► held snapshots ──────────────────────────┘
 *
 *  1. Heads go on as they were signed, events as they came; nothing is made here, for there is no key to sign with.
 *  2. Only what was verified is handed on. Followers verify it again: they need not trust this.
 *  3. While the issuer is silent, what is held is served as it is. Its heads grow old, and followers see that.
 *  4. Memory is bounded: so many events back, so many snapshots.
 */
import {
  type AddedBatch,
  createHeadReader,
  type FeedTransport,
  followFeed,
  type RevocationView,
  type VerifiedHead,
} from '@countersign/revocation';
import type { KeySet } from '@countersign/tokens';
import type { FeedSource, SourceHead } from '../base/feed-source.ts';
import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';
import { createEventLog } from './event-log.ts';
import { createRelaySnapshots } from './relay-snapshots.ts';

export interface RelaySourceParts {
  readonly issuer: string;
  readonly clientId: string;
  readonly transport: FeedTransport;
  readonly now: () => number;
  readonly schedule: Schedule;
}

export interface RelaySource extends FeedSource {
  /** What the relay itself knows of revocations. */
  readonly view: RevocationView;
  /** Number of the newest head; undefined before the first. */
  readonly seq: number | undefined;
  close(): void;
}

/** Followers come in with what was known a day ago at most. */
export const relayStalenessSeconds = 86_400;

/** Whoever asks for what is new waits so long for the issuer; then what is held has to do. */
const pullLimitMs = 1000;
/** Heads without events that come faster are not handed on: each goes to every follower. */
const idleHeadMs = 250;

/** Follows at once, and until `close`. Does NOT acknowledge: a relay lets nobody in on tokens of users. */
export function createRelaySource(parts: RelaySourceParts): RelaySource {
  const { issuer, clientId, transport, now, schedule } = parts;
  const closing = new AbortController();
  const listeners = new Set<(head: SourceHead) => void>();
  const log = createEventLog(0);
  let latest: VerifiedHead | undefined;
  let keys: KeySet | undefined;
  let toldAtMs = 0;

  const snapshots = createRelaySnapshots({
    transport,
    now,
    signal: closing.signal,
    read(jws) {
      if (keys === undefined) throw silent();
      return createHeadReader({ issuer, keys, now })(jws);
    },
    isReachable: (seq) => seq >= log.start && seq >= (latest?.gap ?? 0),
    seq: () => log.seq,
  });
  const tell = (head: VerifiedHead, hasEvents: boolean): void => {
    const sinceMs = now() - toldAtMs;
    if (!hasEvents && sinceMs >= 0 && sinceMs < idleHeadMs) return;
    toldAtMs = now();
    for (const listener of listeners) listener({ seq: head.seq, jws: head.jws });
  };
  const view = followFeed({
    issuer,
    clientId,
    now,
    schedule,
    maxStalenessSeconds: relayStalenessSeconds,
    transport: {
      ...transport,
      async fetchKeys(signal) {
        const found = await transport.fetchKeys(signal);
        keys = found.keys;
        return found;
      },
      acknowledge: () => Promise.resolve(),
    },
    onBatch({ after, events, verified }: AddedBatch) {
      log.append(events, after);
      // How long an event is of use matters to snapshots alone, and those come from the issuer.
      log.prune(Number.POSITIVE_INFINITY);
      latest = verified;
      tell(verified, events.length > 0);
    },
    onSnapshot(head, pieces) {
      log.beginAt(head.snapshot?.seq ?? head.seq);
      snapshots.hold(head, pieces);
    },
  });
  return {
    view,
    get seq() {
      return latest?.seq;
    },
    read: (after, to) => log.read(after, to),
    async freshen() {
      await withinLimit(view.pull(), schedule);
      if (latest === undefined) throw silent();
      return { seq: latest.seq, jws: latest.jws };
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fetchHeadWithSnapshot: () => snapshots.fetchHead(),
    findSnapshot: async (seq) => snapshots.find(seq),
    // Only the issuer knows what its database had; a follower's heads that contradict each other close the follower.
    examineLastHead: () => Promise.resolve(),
    close() {
      closing.abort();
      view.close();
      listeners.clear();
    },
  };
}

function silent(): Refusal {
  return new Refusal('unavailable', {
    reason: 'nothing was heard from the issuer yet',
    retryAfterSeconds: 1,
  });
}

/** Does not reject: what goes wrong stands in the view's status. */
async function withinLimit(pull: Promise<void>, schedule: Schedule): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = schedule(resolve, pullLimitMs);
  await Promise.race([pull, promise]);
  cancel();
}
