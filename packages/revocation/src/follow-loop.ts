import type { CatchUp } from './catch-up.ts';
import { FeedError } from './feed-error.ts';
import type { FeedKeyRing } from './feed-key-ring.ts';
import type { Ledger } from './ledger.ts';
import { pause, type Surroundings, type Work, within } from './schedule.ts';
import type { Batch, FeedTransport } from './transport.ts';

export interface FollowLoopOptions {
  readonly transport: FeedTransport;
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  readonly ledger: Ledger;
  readonly ring: FeedKeyRing;
  readonly catchUp: CatchUp;
  readonly maxStalenessSeconds: () => number;
  /** A stream or a poll ended, and why; nothing where it was to be expected. */
  onEnd(fault: unknown): void;
}

/** Without a head that counts for so long, a stream is given up. */
const silenceMs = 3000;
/** Each costs a signature to check, and an old head costs whoever sends it nothing. */
const maxIdleBatches = 50;
/** So many streams without one, and the follower polls. */
const maxDumbStreams = 3;
const pollForMs = 60_000;
const maxWaitSeconds = 20;
const waitGraceMs = 5000;
/** An answer to a poll that brings nothing and comes sooner is followed by a rest. */
const minPollMs = 1000;
const minDelayMs = 250;
const maxDelayMs = 10_000;

interface Session {
  /** The one before ended in a fault or at a snapshot: whoever answers now is asked for a head at once. */
  readonly asksAtOnce: boolean;
  /** Whether a head counted that this stream brought, or one while this poll was under way. */
  counted: boolean;
  /** Whether a snapshot led further: no news yet, and no reason to wait either. */
  crossed: boolean;
  /** Batches that brought nothing since the last one that did. */
  idle: number;
}

/** Streams, or polls where streams bring nothing, until the signal fires. */
export async function keepFollowing(options: FollowLoopOptions): Promise<void> {
  const { around, signal } = options;
  let failures = 0;
  let patience = maxDumbStreams;
  let pollUntilMs = 0;
  let asksAtOnce = false;
  while (!signal.aborted) {
    const polls = around.now() < pollUntilMs;
    const session: Session = { asksAtOnce, counted: false, crossed: false, idle: 0 };
    const fault = await followOnce(options, session, polls);
    asksAtOnce = fault !== undefined || session.crossed;
    failures = session.counted || session.crossed ? 0 : failures + 1;
    if (polls) patience = 1;
    else if (session.counted) patience = maxDumbStreams;
    else if (failures >= patience) pollUntilMs = around.now() + pollForMs;
    options.onEnd(session.counted ? undefined : fault);
    const delayMs = polls && session.counted ? 0 : Math.min(minDelayMs * 2 ** failures, maxDelayMs);
    await pause(around.schedule, delayMs * (0.5 + around.random() / 2), signal);
  }
}

/** @returns why it ended, if that was a fault */
async function followOnce(options: FollowLoopOptions, session: Session, polls: boolean): Promise<unknown> {
  const { ledger, ring, catchUp } = options;
  try {
    if (ring.current === undefined) await ring.refresh();
    if (ledger.place === undefined || ledger.alarm !== undefined) await catchUp.cross();
    const ended = polls ? await poll(options, session) : await stream(options, session);
    if (ended !== 'gap') return undefined;
    await catchUp.cross();
    session.crossed = true;
    return undefined;
  } catch (error) {
    if (isUnknownKey(error)) await ring.refresh().catch(() => undefined);
    return error;
  }
}

function stream(options: FollowLoopOptions, session: Session): Promise<'gap' | undefined> {
  const { around, signal, transport, catchUp } = options;
  const limit = { schedule: around.schedule, delayMs: silenceMs, parent: signal };
  return within(limit, (work) => {
    const over = Promise.withResolvers<'gap' | undefined>();
    const onBatch = (batch: Batch): void => {
      if (!work.signal.aborted) takeStreamed(options, { batch, work, session, over: over.resolve });
    };
    const opened = transport.openStream(catchUp.start, onBatch, work.signal);
    return Promise.race([over.promise, opened.then((answer) => (answer === undefined ? undefined : 'gap'))]);
  });
}

interface Streamed {
  readonly batch: Batch;
  readonly work: Work;
  readonly session: Session;
  over(reason: 'gap' | undefined): void;
}

function takeStreamed({ ledger, catchUp }: FollowLoopOptions, streamed: Streamed): void {
  const { batch, work, session, over } = streamed;
  const { seq } = ledger.place ?? {};
  const before = ledger.lastHead?.timeMs;
  try {
    const outcome = catchUp.take(batch);
    session.idle = ledger.place?.seq === seq ? session.idle + 1 : 0;
    if (outcome === 'gap') over('gap');
    else if (ledger.alarm !== undefined) over(undefined);
    // The stream goes on; what is missing comes beside it, and its fault shows in the silence of this one.
    else if (outcome === 'behind' || outcome === 'fork') catchUp.catchUp().catch(() => undefined);
    if (session.idle > maxIdleBatches) throw new FeedError('not_answered');
    if (outcome !== 'counts' || ledger.lastHead?.timeMs === before) return;
    session.counted = true;
    session.idle = 0;
    work.prolong();
  } catch (error) {
    work.end(error);
  }
}

async function poll(options: FollowLoopOptions, session: Session): Promise<'gap' | undefined> {
  const { around, signal, transport, ledger, catchUp } = options;
  const longestSeconds = Math.min(Math.max(Math.floor(options.maxStalenessSeconds() / 4), 1), maxWaitSeconds);
  const waitSeconds = session.asksAtOnce ? 0 : longestSeconds;
  const limit = { schedule: around.schedule, delayMs: waitSeconds * 1000 + waitGraceMs, parent: signal };
  const startedAtMs = around.now();
  // A pull beside this poll may bring the same news first: the feed answers all the same.
  const before = ledger.lastHead?.timeMs;
  const answer = await within(limit, ({ signal }) => transport.fetchLog(catchUp.start, waitSeconds, signal));
  if ('kind' in answer) return 'gap';
  const outcome = catchUp.take(answer);
  if (outcome === 'gap') return 'gap';
  if (outcome === 'behind' || outcome === 'fork') await catchUp.catchUp();
  session.counted = ledger.lastHead?.timeMs !== before;
  const tookMs = around.now() - startedAtMs;
  if (answer.events.length === 0 && tookMs < minPollMs) await pause(around.schedule, minPollMs, signal);
  return undefined;
}

function isUnknownKey(error: unknown): boolean {
  return error instanceof FeedError && error.code === 'head_key_unknown';
}
