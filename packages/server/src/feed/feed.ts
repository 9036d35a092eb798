/*
 * The issuer's own feed
 *
 *   table of events ──look, every 100 ms and at each commit here──► log in memory ──► own view
 *                                                                      │
 *   feed row ──commit of a time──► signed head ──► desk: streams, log, snapshots
 *
 *  1. Nothing is written for the feed while nobody follows it.
 *  2. A head is signed after its commit, from what the commit returned (`heads.ts`).
 *  3. A batch goes out with the head that its events lead to, never without one.
 *  4. A database that is proven to be an old one issues nothing and signs no head (`rollback.ts`).
 */
import { randomInt } from 'node:crypto';
import type { FeedState, FeedStatements } from '../base/feed-rows.ts';
import type { Feed, FeedKeyring, Log, Store } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';
import { acknowledge, mayFollow } from './acknowledge.ts';
import { createFeedDesk } from './desk.ts';
import { createHeads } from './heads.ts';
import { createIssuerSource } from './issuer-source.ts';
import { createOwnView } from './own-view.ts';
import { startRetention } from './retention.ts';
import { createRollbackWatch } from './rollback.ts';
import { createRoll } from './roll.ts';
import { createSnapshots } from './snapshots.ts';
import { createTail, type Tail } from './tail.ts';

export interface FeedParts {
  readonly issuer: string;
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: FeedStatements;
  readonly keys: FeedKeyring;
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

/** Reads the log of the database now and from then on, until `close`. */
export async function createFeed(parts: FeedParts): Promise<OpenedFeed> {
  const { first, now, schedule, isGuest = false } = parts;
  const ownView = createOwnView(first.fingerprintKey, () => tail.look());
  const tail: Tail = createTail({
    ...parts,
    view: {
      ...ownView,
      note(state, atMs) {
        ownView.note(state, atMs);
        source.note();
      },
    },
  });
  const roll = await createRoll(parts);
  const source = createIssuerSource({
    ...parts,
    tail,
    heads: createHeads({ ...parts, tail }),
    snapshots: createSnapshots(tail, now),
    examineLastHead: createRollbackWatch({ ...parts, tail }),
  });
  const desk = createFeedDesk({ source, now, schedule, random: () => randomInt(1_000_000) / 1_000_000 });
  const looks = createLooks(tail, parts);
  const stopTasks = isGuest ? [] : [looks.repeat(), startRetention(parts)];
  if (!isGuest) await tail.look();
  ownView.view.onChange(() => void endStreamsOfOthers(parts, desk).catch(looks.report));

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
      wake: () => {
        if (!isGuest) looks.now();
      },
      async confirm(request) {
        // What was committed before this call is in every head that is made from now on.
        const calledAtMs = now();
        const { timeMs, ttlMaxSeconds } = await tail.look();
        const revokedAtMs = Math.max(request.revokedAtMs, calledAtMs, timeMs);
        return roll.confirm({ ...request, revokedAtMs, ttlMaxSeconds });
      },
      async reload() {
        await tail.reload();
      },
      source,
      desk,
      publicJwks: () => parts.keys.publicJwks(),
      acknowledge: (acknowledgement, mac) => acknowledge({ ...parts, tail, roll }, acknowledgement, mac),
    },
    close() {
      for (const stop of stopTasks) stop();
      looks.stop();
      desk.close();
      source.close();
      roll.close();
      ownView.close();
    },
  };
}

interface Looks {
  now(): void;
  report(error: unknown): void;
  /** @returns stops it */
  repeat(): () => void;
  stop(): void;
}

function createLooks(tail: Tail, { schedule, log }: Pick<FeedParts, 'schedule' | 'log'>): Looks {
  let isStopped = false;
  let hasFailed = false;

  const report = (error: unknown): void => {
    if (!hasFailed && !isStopped) log.error('feed.look-failed', { error });
    hasFailed = true;
  };
  const look = async (): Promise<void> => {
    try {
      await tail.look();
      hasFailed = false;
    } catch (error) {
      report(error);
    }
  };
  return {
    now: () => void look(),
    report,
    repeat() {
      let cancel = (): void => {};
      const repeat = (): void => {
        if (!isStopped) cancel = schedule(() => void look().then(repeat), lookEveryMs);
      };
      repeat();
      return () => cancel();
    },
    stop() {
      isStopped = true;
    },
  };
}

/** A client that was disabled, removed or given another secret follows no longer; a stolen signing key changes nothing here. */
async function endStreamsOfOthers(
  { store, statements }: Pick<FeedParts, 'store' | 'statements'>,
  desk: Feed['desk'],
): Promise<void> {
  const ids = [...new Set(desk.followers.map(({ clientId }) => clientId))];
  if (ids.length === 0) return;
  const clients = await store.read(statements.findClients(ids));
  const marks = new Map(
    clients
      .filter(mayFollow)
      .map((client) => [client.id, Buffer.from(client.secretHash).toString('base64url')]),
  );
  desk.endStreams(({ clientId, secretMark }) => marks.get(clientId) !== secretMark);
}
