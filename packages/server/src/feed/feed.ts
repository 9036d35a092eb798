import type { FeedState, FeedStatements } from '../base/feed-rows.ts';
import type { Feed, Log, Store } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';
import { createOwnView } from './own-view.ts';
import { createTail } from './tail.ts';

export interface FeedParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: FeedStatements;
  /** As it was read at the start. */
  readonly first: FeedState;
  /** A command beside a server: reads the log only when it is asked to, and repeats nothing. */
  readonly isGuest?: boolean | undefined;
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
}

export interface OpenedFeed {
  readonly feed: Feed;
  close(): void;
}

/** Other processes write into the same database, the command line for one. */
const lookEveryMs = 100;

/** The issuer's own feed: reads the log of the database now and from then on, until `close`. */
export async function createFeed(parts: FeedParts): Promise<OpenedFeed> {
  const { first, log, schedule } = parts;
  const ownView = createOwnView(first.fingerprintKey, () => tail.look());
  const tail = createTail({ ...parts, view: ownView });
  let isClosed = false;
  let cancel = (): void => {};

  const lookAndLog = async (): Promise<void> => {
    await tail.look().catch((error: unknown) => {
      if (!isClosed) log.error('feed.look-failed', { error });
    });
  };
  const repeat = (): void => {
    if (isClosed) return;
    cancel = schedule(() => {
      void lookAndLog().then(repeat);
    }, lookEveryMs);
  };
  if (parts.isGuest !== true) {
    await tail.look();
    repeat();
  }
  return {
    feed: {
      get fingerprintKey() {
        return tail.state?.fingerprintKey ?? first.fingerprintKey;
      },
      get ttlMaxSeconds() {
        return tail.state?.ttlMaxSeconds ?? first.ttlMaxSeconds;
      },
      get isHalted() {
        return (tail.state ?? first).isHalted === 1;
      },
      view: ownView.view,
      wake() {
        if (parts.isGuest !== true) void lookAndLog();
      },
      confirm: async () => ({ confirmed: 0, connected: 0, lagging: [] }),
      async reload() {
        await tail.reload();
      },
    },
    close() {
      isClosed = true;
      cancel();
      ownView.view.close();
    },
  };
}
