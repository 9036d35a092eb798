import { encodeBatch, maxBatchEvents } from '@countersign/revocation';
import type { FeedDesk, FeedSource, FollowerCredential, SourceHead } from '../base/feed-source.ts';
import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';
import { eventBytes } from './event-log.ts';
import { eventsAtOnce, toStream, writeLongBatch } from './long-batch.ts';

export interface DeskParts {
  readonly source: FeedSource;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Streams and calls that wait, all of one client if it likes. Default: 5000, 4000 of one client: an issuer has other callers too. */
  readonly maxFollowers?: number | undefined;
}

/** A follower that lets so much wait is cut: it reconnects, or crosses by a snapshot. */
export const maxWaitingBytes = 1_048_576;

/** A stream ends after an hour, give or take a tenth: credentials are looked at again. */
const streamLifeMs = 3_600_000;
const streamLifeJitter = 0.1;

const issuerFollowers = 5000;
/** One client leaves some of them to others. */
const issuerFollowersOfClient = 4000;

/** What a follower lacked when it came is written at its pace, and in this time. */
const catchUpMs = 30_000;
/** So much of it waits at most. */
const pieceBytes = 32_768;

/** A client is asked for its share. */
interface Named {
  readonly clientId: string;
}

interface Stream<Credential> {
  readonly credential: Credential;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly endsAtMs: number;
  readonly catchesUpUntilMs: number;
  /** What is left of that; what is new comes behind it. */
  missing: Iterator<Uint8Array, void> | undefined;
  /** Number of the last event that was sent. */
  seq: number;
}

interface Room<Credential> extends DeskParts {
  readonly streams: Set<Stream<Credential>>;
  /** Called at each head, and once more when the desk closes. */
  readonly waiting: Map<(head: SourceHead | undefined) => void, string>;
  /** The last head that was handed to all streams. */
  latest: SourceHead | undefined;
  stopFollowing: (() => void) | undefined;
  isClosed: boolean;
}

/**
 * Serves a source to any number of followers: what most of them lack is encoded once.
 * Does NOT check who asks; `http` did.
 */
export function createFeedDesk<Credential extends Named = FollowerCredential>(
  parts: DeskParts,
): FeedDesk<Credential> {
  const room: Room<Credential> = {
    ...parts,
    streams: new Set(),
    waiting: new Map(),
    latest: undefined,
    stopFollowing: undefined,
    isClosed: false,
  };
  return {
    async answerLog({ after, waitSeconds, credential: { clientId } }) {
      if (waitSeconds > 0) checkRoom(room, clientId);
      const head = await waitFor(room, { after, waitSeconds, clientId });
      const pieces = writePieces(room.source, head, after);
      if (pieces === undefined || typeof pieces === 'string') return pieces;
      return toStream(pieces);
    },
    async openStream({ after, credential }) {
      checkRoom(room, credential.clientId);
      const head = await room.source.freshen();
      const first = writePieces(room.source, head, after);
      if (first === undefined) return undefined;
      checkRoom(room, credential.clientId);
      const text = typeof first === 'string' ? toEvent(head.seq, first) : writeEvent(head.seq, first);
      return open(room, { seq: head.seq, credential, first: text });
    },
    get followers() {
      return [...room.streams].map(({ credential }) => credential);
    },
    endStreams(isOver) {
      for (const stream of room.streams) if (isOver(stream.credential)) end(room, stream);
    },
    close() {
      room.isClosed = true;
      for (const stream of room.streams) end(room, stream);
      for (const tell of room.waiting.keys()) tell(undefined);
    },
  };
}

function checkRoom<Credential extends Named>(room: Room<Credential>, clientId: string): void {
  const { streams, waiting, maxFollowers } = room;
  const isFull = streams.size + waiting.size >= (maxFollowers ?? issuerFollowers);
  if (!isFull && (maxFollowers !== undefined || countOf(room, clientId) < issuerFollowersOfClient)) return;
  throw new Refusal('overloaded', { reason: 'too many followers', retryAfterSeconds: 5 });
}

function countOf<Credential extends Named>({ streams, waiting }: Room<Credential>, clientId: string): number {
  let count = 0;
  for (const { credential } of streams) if (credential.clientId === clientId) count += 1;
  for (const id of waiting.values()) if (id === clientId) count += 1;
  return count;
}

/** @returns as `encode`; a long batch in pieces, each made when it is asked for */
function writePieces(
  source: FeedSource,
  head: SourceHead,
  after: number,
): string | Generator<Uint8Array, void> | undefined {
  const count = head.seq - after;
  if (count <= eventsAtOnce) return encode(source, head, after);
  const ends = [source.read(after, after + 1), source.read(head.seq - 1, head.seq)];
  return count <= maxBatchEvents && !ends.includes(undefined)
    ? writeLongBatch(source, head, after)
    : undefined;
}

/** @returns undefined when some of the events are not held, or they are more than a batch may have */
function encode(source: FeedSource, head: SourceHead, after: number): string | undefined {
  if (head.seq === after) return encodeBatch({ after, events: new Uint8Array(), head: head.jws });
  if (head.seq - after > maxBatchEvents) return undefined;
  const events = source.read(after, head.seq);
  return events === undefined || events.length !== (head.seq - after) * eventBytes
    ? undefined
    : encodeBatch({ after, events, head: head.jws });
}

const utf8 = new TextEncoder();

function toEvent(seq: number, batch: string): Uint8Array {
  return utf8.encode(`id: ${seq}\ndata: ${batch}\n\n`);
}

function* writeEvent(seq: number, batch: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  yield utf8.encode(`id: ${seq}\ndata: `);
  yield* batch;
  yield utf8.encode('\n\n');
}

interface Waiting {
  readonly after: number;
  readonly waitSeconds: number;
  readonly clientId: string;
}

/** The newest head, as soon as it is beyond a number, and anyhow after so long. */
async function waitFor<Credential extends Named>(
  room: Room<Credential>,
  { after, waitSeconds, clientId }: Waiting,
): Promise<SourceHead> {
  const head = await room.source.freshen();
  if (head.seq !== after || waitSeconds === 0 || room.isClosed) return head;
  const { promise, resolve } = Promise.withResolvers<void>();
  const tell = (next: SourceHead | undefined): void => {
    if (next === undefined || next.seq !== after) resolve();
  };
  room.waiting.set(tell, clientId);
  followWhileNeeded(room);
  const cancel = room.schedule(resolve, waitSeconds * 1000);
  await promise;
  cancel();
  room.waiting.delete(tell);
  followWhileNeeded(room);
  return room.source.freshen();
}

interface Opening<Credential> {
  readonly seq: number;
  readonly credential: Credential;
  readonly first: Uint8Array | Iterator<Uint8Array, void>;
}

function open<Credential extends Named>(
  room: Room<Credential>,
  { seq, credential, first }: Opening<Credential>,
): ReadableStream<Uint8Array> {
  const jitter = 1 + streamLifeJitter * (2 * room.random() - 1);
  const nowMs = room.now();
  const times = { endsAtMs: nowMs + streamLifeMs * jitter, catchesUpUntilMs: nowMs + catchUpMs };
  let stream: Stream<Credential> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const isWhole = first instanceof Uint8Array;
        stream = { ...times, credential, controller, missing: isWhole ? undefined : first, seq };
        if (isWhole) controller.enqueue(first);
        room.streams.add(stream);
        followWhileNeeded(room);
        if (room.isClosed) end(room, stream);
      },
      pull() {
        if (stream !== undefined) sendMissing(room, stream);
      },
      cancel() {
        if (stream !== undefined) forget(room, stream);
      },
    },
    { highWaterMark: maxWaitingBytes, size: (bytes) => bytes.length },
  );
}

/** Called as it is read: the next piece when the last ones are on their way. */
function sendMissing<Credential extends Named>(room: Room<Credential>, stream: Stream<Credential>): void {
  const { controller } = stream;
  const waitingBytes = maxWaitingBytes - (controller.desiredSize ?? 0);
  if (stream.missing === undefined || waitingBytes >= pieceBytes) return;
  try {
    const { value } = stream.missing.next();
    if (value !== undefined) return controller.enqueue(value);
    stream.missing = undefined;
    if (room.latest !== undefined && room.latest.seq > stream.seq) broadcast(room, room.latest, [stream]);
  } catch (error) {
    forget(room, stream);
    controller.error(error);
  }
}

function followWhileNeeded<Credential extends Named>(room: Room<Credential>): void {
  const isNeeded = room.streams.size > 0 || room.waiting.size > 0;
  if (isNeeded) {
    room.stopFollowing ??= room.source.follow((head) => {
      room.latest = head;
      broadcast(room, head, room.streams);
      for (const tell of room.waiting.keys()) tell(head);
    });
  } else {
    room.stopFollowing?.();
    room.stopFollowing = undefined;
  }
}

function broadcast<Credential extends Named>(
  room: Room<Credential>,
  head: SourceHead,
  streams: Iterable<Stream<Credential>>,
): void {
  const encoded = new Map<number, Uint8Array | undefined>();
  const nowMs = room.now();
  for (const stream of streams) {
    if (stream.missing !== undefined) {
      if (nowMs >= stream.catchesUpUntilMs) cut(room, stream);
      continue;
    }
    if (!encoded.has(stream.seq)) {
      const batch = encode(room.source, head, stream.seq);
      encoded.set(stream.seq, batch === undefined ? undefined : toEvent(head.seq, batch));
    }
    const bytes = encoded.get(stream.seq);
    if (bytes === undefined || nowMs >= stream.endsAtMs) end(room, stream);
    else send(room, stream, { bytes, seq: head.seq });
  }
}

function send<Credential extends Named>(
  room: Room<Credential>,
  stream: Stream<Credential>,
  { bytes, seq }: { readonly bytes: Uint8Array; readonly seq: number },
): void {
  if ((stream.controller.desiredSize ?? 0) < bytes.length) return cut(room, stream);
  stream.controller.enqueue(bytes);
  stream.seq = seq;
}

function cut<Credential extends Named>(room: Room<Credential>, stream: Stream<Credential>): void {
  forget(room, stream);
  stream.controller.error(new Error('the follower is too slow'));
}

function end<Credential extends Named>(room: Room<Credential>, stream: Stream<Credential>): void {
  forget(room, stream);
  stream.controller.close();
}

function forget<Credential extends Named>(room: Room<Credential>, stream: Stream<Credential>): void {
  room.streams.delete(stream);
  followWhileNeeded(room);
}
