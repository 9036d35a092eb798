import { FeedError } from './feed-error.ts';
import type { FeedKeyRing } from './feed-key-ring.ts';
import { createHeadReader, type VerifiedHead } from './head.ts';
import type { AddedBatch, Ledger, Outcome } from './ledger.ts';
import { type Surroundings, within } from './schedule.ts';
import type { Batch, FeedTransport, StreamStart } from './transport.ts';

export interface CatchUpOptions {
  readonly issuer: string;
  readonly transport: FeedTransport;
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly ring: FeedKeyRing;
  /** A head counts; its events, if there are any, were added. */
  onAdded(batch: AddedBatch): void;
  onCrossed(head: VerifiedHead, snapshot: readonly Uint8Array[]): void;
  /** Whether `onCrossed` wants the snapshot's bytes. */
  readonly keepsSnapshots: boolean;
}

export interface CatchUp {
  /** @throws FeedError of the head */
  take(batch: Batch): Outcome;
  /** Asks for what is missing until a head counts; everyone who waits shares one call. */
  catchUp(): Promise<void>;
  /** Crosses by a snapshot, if a head names one that leads further. */
  cross(): Promise<void>;
  /** Where a call goes on from. */
  readonly start: StreamStart;
}

/** For an answer, or for the next piece of one. */
const callLimitMs = 10_000;
/** For the longest snapshot that is taken, on a slow line. */
const snapshotLimitMs = 300_000;
const maxAttempts = 3;

/** Reads what the feed says into the ledger, and asks for what is missing. */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { transport, ledger, ring } = options;
  let forks = 0;
  let flight: Promise<void> | undefined;
  let crossing: Promise<void> | undefined;

  const { schedule } = options.around;
  const limited = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    within({ schedule, delayMs: callLimitMs, parent: options.signal }, ({ signal }) => work(signal));
  const startHere = (): StreamStart => ({ after: ledger.place?.seq ?? 0, lastHead: ledger.lastHead?.jws });

  function read(jws: string): VerifiedHead {
    const keys = ring.current?.keys;
    if (keys === undefined) throw new FeedError('head_key_unknown');
    try {
      return createHeadReader({ issuer: options.issuer, keys, now: options.around.now })(jws);
    } catch (error) {
      if (isCode(error, 'head_number_too_large')) ledger.raise('number_too_large');
      throw error;
    }
  }

  function take(batch: Batch): Outcome {
    const verified = read(batch.head);
    const { outcome, added } = ledger.take(batch, verified);
    if (outcome === 'fork') {
      forks += 1;
      // The first time, those who carried the events may have spoiled them.
      if (forks > 1) ledger.raise('fork');
    }
    if (added !== undefined) {
      forks = 0;
      options.onAdded({ ...added, verified });
    }
    return outcome;
  }

  /** A key that is not known yet may have been published since. */
  async function learning<T>(step: () => T): Promise<T> {
    try {
      return step();
    } catch (error) {
      if (!isCode(error, 'head_key_unknown')) throw error;
      await ring.refresh();
      return step();
    }
  }

  async function readLog(): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const answer = await limited((signal) => transport.fetchLog(startHere(), 0, signal));
      const outcome = 'kind' in answer ? 'gap' : await learning(() => take(answer));
      if (outcome === 'gap') await cross();
      else if (outcome !== 'fork' || ledger.alarm !== undefined) return;
    }
    throw new FeedError('too_much_to_catch_up');
  }

  async function crossOnce(): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const jws = await limited((signal) => transport.fetchHead(signal));
      const head = await learning(() => read(jws));
      const { snapshot } = head;
      ledger.examine(head);
      if (snapshot === undefined || !ledger.mayCrossTo(head)) throw new FeedError('snapshot_mismatch');
      const limit = { schedule, delayMs: snapshotLimitMs, parent: options.signal };
      if (await within(limit, ({ signal }) => crossTo(head, snapshot.seq, signal))) return;
    }
    throw new FeedError('too_much_to_catch_up');
  }

  /** @returns false where the snapshot is gone */
  function crossTo(head: VerifiedHead, seq: number, parent: AbortSignal): Promise<boolean> {
    return within({ schedule, delayMs: callLimitMs, parent }, async ({ signal, prolong }) => {
      const chunks = await transport.fetchSnapshot(seq, signal);
      if ('kind' in chunks) return false;
      const kept: Uint8Array[] = [];
      await ledger.cross(
        head,
        watch(chunks, (chunk) => {
          prolong();
          if (options.keepsSnapshots) kept.push(chunk);
        }),
      );
      if (ledger.alarm === undefined) options.onCrossed(head, kept);
      return true;
    });
  }

  function cross(): Promise<void> {
    crossing ??= crossOnce().finally(() => {
      crossing = undefined;
    });
    return crossing;
  }

  async function catchUpOnce(): Promise<void> {
    if (ring.current === undefined) await ring.refresh();
    if (ledger.place === undefined || ledger.alarm !== undefined) await cross();
    await readLog();
  }

  return {
    take,
    cross,
    catchUp: () => {
      flight ??= catchUpOnce().finally(() => {
        flight = undefined;
      });
      return flight;
    },
    get start() {
      return startHere();
    },
  };
}

async function* watch(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk(chunk);
    yield chunk;
  }
}

function isCode(error: unknown, code: FeedError['code']): boolean {
  return error instanceof FeedError && error.code === code;
}
