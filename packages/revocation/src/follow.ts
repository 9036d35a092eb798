/**
 * A follower keeps what one process knows of the revocations of one issuer.
 *
 *   starting ──(a head no older than min(Δ, 10 s) counts)──▶ following ◀──▶ disconnected
 *       any of them ──(two things that exclude each other)──▶ alarmed ──(a declared gap, crossed)──▶ following
 *       any of them ──(close)──▶ closed
 *
 * `following`: the last stream or poll brought a head that counts. `disconnected`: it did not; judgements go on and
 * become `stale` by themselves. `starting`, `alarmed` and `closed`: every judgement is `unsynchronised`.
 * A key of the feed that is withdrawn takes a follower that rested on it back to `starting`.
 *
 * What counts is decided in `ledger.ts` (invariants 1 to 7), what is asked for in `catch-up.ts`, when in
 * `follow-loop.ts`; which keys count in `feed-key-ring.ts`. Further:
 *
 * 8. Listeners are called after the events were added and before they are acknowledged.
 * 9. No judgement uses a longer staleness than the issuer was told.
 * 10. Unverified, a follower holds at most one batch an answer and one snapshot.
 */
import { createAcknowledger } from './acknowledge.ts';
import { createCatchUp } from './catch-up.ts';
import { FeedError } from './feed-error.ts';
import { createFeedKeyRing, type FeedKeyRing } from './feed-key-ring.ts';
import { keepFollowing } from './follow-loop.ts';
import type { VerifiedHead } from './head.ts';
import { type AddedBatch, createLedger, type Ledger } from './ledger.ts';
import { drawFraction, scheduleTimer, type Surroundings } from './schedule.ts';
import { createFollowerView } from './follower-view.ts';
import type { FeedKeys, FeedTransport } from './transport.ts';
import type { RevocationView } from './view.ts';

export interface FollowFeedOptions extends Partial<Surroundings> {
  readonly issuer: string;
  readonly transport: FeedTransport;
  readonly clientId: string;
  /**
   * The longest of any route, in seconds, 1 to 86 400. Without it the feed's `ttl_max`.
   * A longer one asked for in a judgement counts as this one.
   */
  readonly maxStalenessSeconds?: number | undefined;
  /** A head counts; its events, if any, are in force. A relay hands both on. */
  readonly onBatch?: (batch: AddedBatch) => void;
  /** A snapshot was taken up; `head` names it. Its bytes are held only where this is given. */
  readonly onSnapshot?: (head: VerifiedHead, chunks: readonly Uint8Array[]) => void;
}

const maxAgeToOpenSeconds = 10;
const stalenessBeforeFirstHead = 300;

/**
 * Follow the feed of one issuer until `close()`.
 *
 * Starts closed, and reads keys, head, snapshot and stream in this order. Does NOT check that `transport` belongs to
 * the issuer, except that the keys must name it. Never throws later: what goes wrong is in `status()`.
 *
 * @throws TypeError for a staleness out of its bounds
 */
export function followFeed(options: FollowFeedOptions): RevocationView {
  const { maxStalenessSeconds, issuer, transport } = options;
  checkStaleness(maxStalenessSeconds);
  const around = surroundingsOf(options);
  const closing = new AbortController();
  const { signal } = closing;
  let fault: string | undefined;
  let isConnected = false;
  const noteFault = (error: unknown): void => {
    fault = error instanceof FeedError ? error.code : 'not_answered';
  };
  const wanted = (): number =>
    maxStalenessSeconds ?? ledger.lastHead?.ttlMaxSeconds ?? stalenessBeforeFirstHead;
  const maxAgeToOpenMs = (): number => Math.min(wanted(), maxAgeToOpenSeconds) * 1000;
  const ledger = createLedger({ now: around.now, maxAgeToOpenMs });
  const onKeys = (keys: FeedKeys, before: FeedKeys | undefined): void => {
    ledger.useFingerprintKey(keys.fingerprintKey);
    if (before !== undefined) withdraw(ledger, ring, before);
    view.notify();
  };
  const ring = createFeedKeyRing({ issuer, transport, around, signal, onKeys, onFault: noteFault });
  const onAdded = (batch: AddedBatch): void => {
    isConnected = true;
    fault = undefined;
    options.onBatch?.(batch);
    view.notify();
    acknowledger.tellNews();
  };
  const onCrossed = (head: VerifiedHead, chunks: readonly Uint8Array[]): void => {
    options.onSnapshot?.(head, chunks);
    view.notify();
  };
  const keepsSnapshots = options.onSnapshot !== undefined;
  const shared = { transport, around, signal, ledger };
  const catchUp = createCatchUp({ ...shared, issuer, ring, onAdded, onCrossed, keepsSnapshots });
  const acknowledger = createAcknowledger({
    ...shared,
    clientId: options.clientId,
    wantedStalenessSeconds: wanted,
  });
  const view = createFollowerView({
    ...shared,
    catchUp: catchUp.catchUp,
    longestSeconds: () => Math.min(wanted(), acknowledger.toldStalenessSeconds ?? wanted()),
    isConnected: () => isConnected,
    fault: () => fault,
    noteFault,
    close: () => closing.abort(),
  });
  const onEnd = (error: unknown): void => {
    isConnected = error === undefined && ledger.head !== undefined;
    if (error !== undefined) noteFault(error);
  };
  void keepFollowing({ ...shared, ring, catchUp, maxStalenessSeconds: wanted, onEnd });
  void ring.keepReading();
  void acknowledger.keepTelling();
  return view.view;
}

/** Invariant 7. */
function withdraw(ledger: Ledger, ring: FeedKeyRing, before: FeedKeys): void {
  const vouchers = [ledger.place?.vouchedBy, ledger.lastHead];
  if (vouchers.some((head) => head !== undefined && ring.isWithdrawn(head.keyId, before))) ledger.losePlace();
}

function surroundingsOf(options: FollowFeedOptions): Surroundings {
  const { now = Date.now, schedule = scheduleTimer, random = drawFraction } = options;
  return { now, schedule, random };
}

function checkStaleness(seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new TypeError('followFeed: maxStalenessSeconds must be a whole number from 1 to 86400');
  }
}
