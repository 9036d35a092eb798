import { type SnapshotReference, signHead } from '@countersign/revocation';
import type { FeedStatements, HeadRow } from '../base/feed-rows.ts';
import type { SourceHead } from '../base/feed-source.ts';
import type { FeedKeyring, Store } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';
import { Refusal } from '../base/refusal.ts';
import { createPace } from './pace.ts';
import type { Tail } from './tail.ts';

export interface HeadParts {
  readonly issuer: string;
  readonly store: Pick<Store, 'commit'>;
  readonly statements: Pick<FeedStatements, 'tick'>;
  readonly keys: Pick<FeedKeyring, 'signer'>;
  readonly tail: Tail;
  readonly now: () => number;
  readonly schedule: Schedule;
}

export interface MadeHead extends SourceHead {
  readonly row: HeadRow;
}

export interface Heads {
  readonly latest: MadeHead | undefined;
  /** Of the last head that was committed, which may not be signed yet. */
  readonly committedSeq: number;
  /** Commits and signs the next head, paced; whoever asks before it is committed shares it. */
  make(): Promise<MadeHead>;
  /** @param snapshot one that the head of `row` has reached */
  sign(row: HeadRow, snapshot: SnapshotReference | undefined): string;
}

/**
 * Heads of the issuer's own log.
 *
 * The clock is read before the commit, the time in the row never goes back, and
 * exactly what the commit returned is signed: so everything that was committed
 * before a head's time is in its chain, whichever process made it. A head is
 * given out once its events are in the log.
 *
 * @throws Refusal `unavailable` when the database cannot be written to, or is proven to be an old one
 */
export function createHeads({ issuer, store, statements, keys, tail, now, schedule }: HeadParts): Heads {
  const pace = createPace(now, schedule);
  let latest: MadeHead | undefined;
  let committedSeq = 0;
  /** The next head, while its clock has not been read. */
  let gathering: Promise<MadeHead> | undefined;
  let last: Promise<MadeHead> | undefined;

  const sign = (row: HeadRow, snapshot: SnapshotReference | undefined): string =>
    signHead({ issuer, ...row, snapshot }, keys.signer());

  const commitAndSign = async (): Promise<MadeHead> => {
    if (tail.state?.isHalted === 1) throw halted();
    const outcome = await store.commit([statements.tick(now())]);
    const row = outcome.kind === 'committed' ? outcome.results[0].rows[0] : undefined;
    if (row === undefined) throw new Error('the feed has no row');
    committedSeq = row.seq;
    await tail.look();
    latest = { seq: row.seq, jws: sign(row, undefined), row };
    return latest;
  };
  const makeNext = async (before: Promise<unknown> | undefined): Promise<MadeHead> => {
    await before?.catch(() => undefined);
    await pace.take();
    gathering = undefined;
    return commitAndSign();
  };
  return {
    get latest() {
      return latest;
    },
    get committedSeq() {
      return committedSeq;
    },
    make() {
      if (gathering === undefined) {
        gathering = makeNext(last);
        last = gathering;
      }
      return gathering;
    },
    sign,
  };
}

export function halted(): Refusal {
  return new Refusal('unavailable', {
    reason: 'the database is older than what was signed: run countersign declare-restore',
    retryAfterSeconds: 30,
  });
}
