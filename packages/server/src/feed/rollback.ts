import { createHeadReader, FeedError, type VerifiedHead } from '@countersign/revocation';
import type { FeedStatements } from '../base/feed-rows.ts';
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

/** Whether an event's place, or that of the gap, is on the chain of the database; undefined where that was deleted. */
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
  const [row] = await store.read(statements.findHash(place.seq));
  const known = place.seq === state.gap ? state.gapHash : row?.hash;
  if (known !== undefined) return Buffer.compare(known, place.hash) === 0;
  // Above what may have been deleted there is an event for each number; in front of the gap, numbers were skipped.
  return place.seq >= tail.log.start && place.seq >= state.gap ? false : undefined;
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
