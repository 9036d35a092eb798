import { createHeadReader, FeedError, type VerifiedHead } from '@countersign/revocation';
import type { FeedState, FeedStatements } from '../base/feed-rows.ts';
import type { FeedKeyring, Log, Store } from '../base/house.ts';
import type { Tail } from './tail.ts';

export interface RollbackParts {
  readonly issuer: string;
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: Pick<FeedStatements, 'findHash' | 'halt'>;
  readonly keys: Pick<FeedKeyring, 'keySet'>;
  readonly tail: Tail;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Whether a place is on the chain of the database. Undefined where nothing tells: events are deleted a day after
 * their use, and numbers in front of a gap were skipped. The last place and that of the gap stand in the feed's row,
 * however long ago their events were.
 */
export async function isOnChain(
  {
    store,
    statements,
    tail,
  }: {
    readonly store: Pick<Store, 'read'>;
    readonly statements: Pick<FeedStatements, 'findHash'>;
    readonly tail: Tail;
  },
  place: { readonly seq: number; readonly hash: Uint8Array },
): Promise<boolean | undefined> {
  const state = await tail.look();
  if (place.seq > state.seq) return false;
  const known = hashInRow(state, place.seq) ?? (await store.read(statements.findHash(place.seq)))[0]?.hash;
  return known === undefined ? undefined : Buffer.compare(known, place.hash) === 0;
}

function hashInRow({ seq, hash, gap, gapHash }: FeedState, at: number): Uint8Array | undefined {
  if (at === seq) return hash;
  return at === gap ? gapHash : undefined;
}

/**
 * Looks at the last head that counted for a follower. One that this issuer
 * signed, at or above the gap, and that is not on the chain of the database
 * proves that the database fell back and nobody said so: from then on nothing is
 * issued, until the gap is declared. Whatever else comes is no proof of anything.
 * Does not throw.
 */
export function createRollbackWatch(parts: RollbackParts): (jws: string) => Promise<void> {
  const { issuer, store, statements, keys, tail, now, log } = parts;
  const read = createHeadReader({ issuer, keys: keys.keySet, now });
  return async (jws) => {
    try {
      const head = readOwn(read, jws);
      if (head === undefined || (await isOnChain(parts, head)) !== false) return;
      const state = await tail.look();
      if (head.seq < state.gap || state.isHalted === 1) return;
      const detail = { head_seq: head.seq, head_time_ms: head.timeMs, database_seq: state.seq };
      log.error('feed.rollback-proven', detail);
      await store.commit(statements.halt(now(), detail));
      await tail.look();
    } catch (error) {
      log.error('feed.last-head-not-examined', { error });
    }
  };
}

function readOwn(read: (jws: string) => VerifiedHead, jws: string): VerifiedHead | undefined {
  try {
    return read(jws);
  } catch (error) {
    if (error instanceof FeedError) return undefined;
    throw error;
  }
}
