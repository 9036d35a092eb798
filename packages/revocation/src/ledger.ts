/**
 * What counts of all that a follower was told: its place in the chain, the time of its last head, its denials.
 * Knows no network and no timer; every step is whole when it returns.
 *
 * 1. Events are added only when they lead from the place to the hash of a verified head.
 * 2. A head's time counts only when its `seq` and `hash` are those of the place, after the events before it were added.
 * 3. Neither the place nor the time goes back. What is older than both is a replay and moves nothing.
 * 4. Nothing is known (`head` is `undefined`) until a head no older than min(Δ, 10 s) counts, and while alarmed.
 * 5. A place behind `gap`, or none, is crossed to by a snapshot that a verified head names; denials stay.
 * 6. Two things that one chain cannot hold both alarm. The ways out are a declared gap and a new process.
 * 7. A key that vouched for the place and is published no more takes place and time with it; denials stay.
 */
import { extendChain } from './chain.ts';
import { createDenyState, type DenyState } from './deny-state.ts';
import { FeedError } from './feed-error.ts';
import { sameBytes } from './same-bytes.ts';
import type { VerifiedHead } from './head.ts';
import type { Batch } from './transport.ts';

/**
 * - `counts`: the head counts, and its events are added
 * - `replay`: older than what counts
 * - `behind`: events between the place and the head are missing
 * - `gap`: to be crossed by a snapshot
 * - `fork`: the events do not lead to the head; those who carried them may have changed them
 * - `contradiction`: two heads of this issuer exclude each other
 * - `not_understood`: an event of a type or version that is not known here
 */
export type Outcome = 'counts' | 'replay' | 'behind' | 'gap' | 'fork' | 'contradiction' | 'not_understood';

export type Alarm = 'fork' | 'contradiction' | 'not_understood' | 'number_too_large';

/** Events that were added, and the head that they lead to. */
export interface AddedBatch extends Batch {
  readonly verified: VerifiedHead;
}

type Comparison = 'same' | 'further' | 'replay' | 'gap' | 'contradiction';

interface Place {
  readonly seq: number;
  readonly hash: Uint8Array;
  /** The head that says so, or that names the snapshot at it. */
  readonly vouchedBy: VerifiedHead;
}

export interface Ledger {
  readonly denials: DenyState | undefined;
  readonly place: Place | undefined;
  /** The last head that counts, where anything may be judged by it. */
  readonly head: VerifiedHead | undefined;
  /** The same, also while closed. */
  readonly lastHead: VerifiedHead | undefined;
  readonly alarm: Alarm | undefined;
  /** Events of the last batch that counted, from the place before it on. */
  take(batch: Batch, head: VerifiedHead): { readonly outcome: Outcome; readonly added: Batch | undefined };
  /** Alarms where the head and what is known exclude each other. */
  examine(head: VerifiedHead): void;
  /** Whether a snapshot leads further, and not back. */
  mayCrossTo(head: VerifiedHead): boolean;
  cross(head: VerifiedHead, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  useFingerprintKey(key: Uint8Array): void;
  losePlace(): void;
  raise(alarm: Alarm): void;
}

export interface LedgerOptions {
  readonly now: () => number;
  /** A head at most so old opens. */
  readonly maxAgeToOpenMs: () => number;
}

const nothing = new Uint8Array(0);

export function createLedger({ now, maxAgeToOpenMs }: LedgerOptions): Ledger {
  let denials: DenyState | undefined;
  let place: Place | undefined;
  let lastHead: VerifiedHead | undefined;
  let isOpen = false;
  let alarm: Alarm | undefined;
  let alarmedAtSeq = 0;
  let isCrossing = false;

  function count(head: VerifiedHead): void {
    place = { seq: head.seq, hash: head.hash, vouchedBy: head };
    lastHead = head;
    if (head.timeMs >= now() - maxAgeToOpenMs()) isOpen = true;
  }

  function add(events: Uint8Array, head: VerifiedHead): Outcome {
    if (place === undefined || denials === undefined) return 'gap';
    const fault = denials.apply(events, place.seq, head);
    if (fault === 'sequence') return raise('number_too_large');
    if (fault !== undefined) return raise('not_understood');
    count(head);
    return 'counts';
  }

  function raise(next: Alarm, seq = place?.seq ?? 0): Outcome {
    if (alarm === undefined) alarmedAtSeq = seq;
    alarm ??= next;
    return next === 'number_too_large' ? 'not_understood' : next;
  }

  function take(batch: Batch, head: VerifiedHead): { outcome: Outcome; added: Batch | undefined } {
    if (isCrossing) return { outcome: 'behind', added: undefined };
    const found = place === undefined ? 'gap' : compare(place, head, lastHead);
    if (found === 'contradiction') raise(found);
    if (found !== 'same' && found !== 'further') return { outcome: found, added: undefined };
    if (alarm !== undefined || place === undefined) return { outcome: 'contradiction', added: undefined };
    const events = found === 'same' ? nothing : readMissing(place, batch, head);
    if (typeof events === 'string') return { outcome: events, added: undefined };
    const after = place.seq;
    const outcome = add(events, head);
    return { outcome, added: outcome === 'counts' ? { after, events, head: head.jws } : undefined };
  }

  function mayCrossTo(head: VerifiedHead): boolean {
    const { snapshot } = head;
    if (snapshot === undefined || snapshot.seq < head.gap) return false;
    if (alarm !== undefined && head.gap <= alarmedAtSeq) return false;
    if (place === undefined) return true;
    return head.timeMs >= place.vouchedBy.timeMs && snapshot.seq > place.seq;
  }

  async function cross(head: VerifiedHead, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { snapshot } = head;
    if (denials === undefined || snapshot === undefined || !mayCrossTo(head)) {
      throw new FeedError('snapshot_mismatch');
    }
    const before = place;
    isCrossing = true;
    const fault = await denials.applySnapshot(snapshot, chunks, head).finally(() => {
      isCrossing = false;
    });
    // A key that was taken away meanwhile took with it what this rests on.
    if (place !== before || fault === 'content' || fault === 'key_changed') {
      throw new FeedError('snapshot_mismatch');
    }
    if (fault !== undefined) raise('not_understood', snapshot.seq);
    else if (head.seq === snapshot.seq && !sameBytes(head.hash, snapshot.hash))
      raise('contradiction', snapshot.seq);
    else {
      place = { seq: snapshot.seq, hash: snapshot.hash, vouchedBy: head };
      alarm = undefined;
    }
  }

  return {
    get denials() {
      return denials;
    },
    get place() {
      return place;
    },
    get head() {
      return isOpen && alarm === undefined ? lastHead : undefined;
    },
    get lastHead() {
      return lastHead;
    },
    get alarm() {
      return alarm;
    },
    take,
    examine(head) {
      if (place !== undefined && compare(place, head, lastHead) === 'contradiction') raise('contradiction');
    },
    mayCrossTo,
    cross,
    useFingerprintKey(key) {
      if (denials === undefined) denials = createDenyState({ fingerprintKey: key });
      else denials.useFingerprintKey(key);
    },
    losePlace() {
      place = undefined;
      lastHead = undefined;
      isOpen = false;
    },
    raise: (next) => void raise(next),
  };
}

/**
 * Where a head stands to the place.
 *
 * The heads of one issuer between two gaps are ordered: neither `seq` nor `t` falls from one to the next (the row of
 * the feed is locked while either rises), and the chain has one hash at each `seq`.
 */
function compare(place: Place, head: VerifiedHead, lastHead: VerifiedHead | undefined): Comparison {
  const before = lastHead ?? place.vouchedBy;
  if (head.gap > place.seq) return head.timeMs < place.vouchedBy.timeMs ? 'replay' : 'gap';
  if (isExcluded(head, place.vouchedBy)) return 'contradiction';
  if (head.gap <= before.seq && isExcluded(head, before)) return 'contradiction';
  if (head.seq < place.seq || head.timeMs < before.timeMs) return 'replay';
  if (head.seq > place.seq) return 'further';
  return sameBytes(head.hash, place.hash) ? 'same' : 'contradiction';
}

function isExcluded(one: VerifiedHead, other: VerifiedHead): boolean {
  if (one.seq === other.seq) return !sameBytes(one.hash, other.hash);
  return one.seq < other.seq ? one.timeMs > other.timeMs : one.timeMs < other.timeMs;
}

/** The events from the place to the head, checked against its hash. */
function readMissing(
  place: Place,
  { after, events }: Batch,
  head: VerifiedHead,
): Uint8Array | 'behind' | 'fork' {
  const held = place.seq - after;
  if (held < 0 || after + events.length / 24 !== head.seq) return 'behind';
  const missing = events.subarray(held * 24);
  return sameBytes(extendChain(place.hash, missing), head.hash) ? missing : 'fork';
}
