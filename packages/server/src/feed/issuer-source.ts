import type { FeedSource, SourceHead } from '../base/feed-source.ts';
import type { Log } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';
import { type HeadParts, type Heads, halted } from './heads.ts';
import type { Snapshots } from './snapshots.ts';
import type { Tail } from './tail.ts';

export interface IssuerSourceParts extends Pick<HeadParts, 'now'> {
  readonly tail: Tail;
  readonly heads: Heads;
  readonly snapshots: Snapshots;
  readonly examineLastHead: (jws: string) => Promise<void>;
  readonly schedule: Schedule;
  readonly log: Log;
}

export interface IssuerSource extends FeedSource {
  /** The log was read: hand out what no head has yet. */
  note(): void;
  close(): void;
}

const idleHeadMs = 1000;

/** The feed of this issuer's own database. Makes no head that nobody asked for. */
export function createIssuerSource(parts: IssuerSourceParts): IssuerSource {
  const { tail, heads, snapshots, now, schedule, log } = parts;
  const listeners = new Set<(head: SourceHead) => void>();
  let told: SourceHead | undefined;
  let isPublishing = false;
  let isClosed = false;
  let hasFailed = false;
  let cancelTick: (() => void) | undefined;

  const publish = async (): Promise<SourceHead> => {
    const head = await heads.make();
    if (head === told) return head;
    told = head;
    for (const listener of listeners) listener(head);
    return head;
  };
  /** @returns whether there is a new head */
  const publishOrLog = async (): Promise<boolean> => {
    try {
      await publish();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed && !isClosed) log.error('feed.head-failed', { error });
      hasFailed = true;
    }
    return !hasFailed;
  };
  const hasNew = (): boolean => heads.committedSeq < (tail.state?.seq ?? 0);
  const isPublishable = (): boolean => hasNew() && listeners.size > 0 && !isClosed;
  const publishNew = async (): Promise<void> => {
    if (isPublishing) return;
    isPublishing = true;
    // A head that fails is tried again with the next look.
    while (isPublishable() && (await publishOrLog()));
    isPublishing = false;
  };
  const isFollowed = (): boolean => listeners.size > 0 && !isClosed;
  const tick = (): void => {
    cancelTick = undefined;
    if (!isFollowed()) return;
    cancelTick = schedule(() => {
      // The last one may have left in this second.
      if (isFollowed()) void publishOrLog().then(tick);
      else cancelTick = undefined;
    }, idleHeadMs);
  };
  return {
    read: (after, to) => tail.log.read(after, to),
    async freshen() {
      const state = await tail.look();
      if (state.isHalted === 1) throw halted();
      const { latest } = heads;
      const isFresh =
        latest !== undefined && latest.seq >= state.seq && now() - latest.row.timeMs < idleHeadMs;
      return isFresh ? latest : publish();
    },
    follow(listener) {
      listeners.add(listener);
      if (cancelTick === undefined) tick();
      return () => listeners.delete(listener);
    },
    async fetchHeadWithSnapshot() {
      const snapshot = await snapshots.current();
      await this.freshen();
      const { latest } = heads;
      if (latest === undefined || latest.row.gap > snapshot.seq) return this.fetchHeadWithSnapshot();
      return heads.sign(latest.row, snapshot);
    },
    findSnapshot: async (seq) => snapshots.find(seq)?.pieces,
    examineLastHead: parts.examineLastHead,
    note() {
      if (isPublishable()) void publishNew();
    },
    close() {
      isClosed = true;
      cancelTick?.();
    },
  };
}
