import { encodeBatch, maxBatchEvents } from '@countersign/revocation';
import type { FeedDesk, FeedSource, FollowerCredential, SourceHead } from '../base/feed-source.ts';
import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';

export interface DeskParts {
  readonly source: FeedSource;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  /** Streams and calls that wait. Default: 5000, since an issuer has other callers too. */
  readonly maxFollowers?: number | undefined;
}

/** A follower that lets so much wait is cut: it reconnects, or crosses by a snapshot. */
export const maxWaitingBytes = 1_048_576;

/** A stream ends after an hour, give or take a tenth: credentials are looked at again. */
const streamLifeMs = 3_600_000;
const streamLifeJitter = 0.1;

const issuerFollowers = 5000;

const eventBytes = 24;

interface Stream<Credential> {
  readonly credential: Credential;
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly endsAtMs: number;
  /** Number of the last event that was sent. */
  seq: number;
}

interface Room<Credential> extends DeskParts {
  readonly streams: Set<Stream<Credential>>;
  /** Called at each head, and once more when the desk closes. */
  readonly waiting: Set<(head: SourceHead | undefined) => void>;
  stopFollowing: (() => void) | undefined;
  isClosed: boolean;
}

/**
 * Serves a source to any number of followers: what most of them lack is encoded once.
 * Does NOT check who asks; `http` did.
 */
export function createFeedDesk<Credential = FollowerCredential>(parts: DeskParts): FeedDesk<Credential> {
  const room: Room<Credential> = {
    ...parts,
    streams: new Set(),
    waiting: new Set(),
    stopFollowing: undefined,
    isClosed: false,
  };
  return {
    async answerLog({ after, waitSeconds }) {
      if (waitSeconds > 0) checkRoom(room);
      const head = await waitFor(room, after, waitSeconds);
      return encode(room.source, head, after);
    },
    async openStream({ after, credential }) {
      checkRoom(room);
      const head = await room.source.freshen();
      const first = encode(room.source, head, after);
      if (first === undefined) return undefined;
      return open(room, { after: head.seq, credential, first: toEvent(head.seq, first) });
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
      for (const tell of room.waiting) tell(undefined);
    },
  };
}

function checkRoom<Credential>({ streams, waiting, maxFollowers = issuerFollowers }: Room<Credential>): void {
  if (streams.size + waiting.size < maxFollowers) return;
  throw new Refusal('overloaded', { reason: 'too many followers', retryAfterSeconds: 5 });
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

/** The newest head, as soon as it is beyond a number, and anyhow after so long. */
async function waitFor<Credential>(
  room: Room<Credential>,
  after: number,
  waitSeconds: number,
): Promise<SourceHead> {
  const head = await room.source.freshen();
  if (head.seq !== after || waitSeconds === 0 || room.isClosed) return head;
  const { promise, resolve } = Promise.withResolvers<void>();
  const tell = (next: SourceHead | undefined): void => {
    if (next === undefined || next.seq !== after) resolve();
  };
  room.waiting.add(tell);
  followWhileNeeded(room);
  const cancel = room.schedule(resolve, waitSeconds * 1000);
  await promise;
  cancel();
  room.waiting.delete(tell);
  followWhileNeeded(room);
  return room.source.freshen();
}

interface Opening<Credential> {
  readonly after: number;
  readonly credential: Credential;
  readonly first: Uint8Array;
}

function open<Credential>(
  room: Room<Credential>,
  { after, credential, first }: Opening<Credential>,
): ReadableStream<Uint8Array> {
  const jitter = 1 + streamLifeJitter * (2 * room.random() - 1);
  let stream: Stream<Credential> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = { credential, controller, endsAtMs: room.now() + streamLifeMs * jitter, seq: after };
        controller.enqueue(first);
        room.streams.add(stream);
        followWhileNeeded(room);
        if (room.isClosed) end(room, stream);
      },
      cancel() {
        if (stream !== undefined) forget(room, stream);
      },
    },
    { highWaterMark: maxWaitingBytes, size: (bytes) => bytes.length },
  );
}

function followWhileNeeded<Credential>(room: Room<Credential>): void {
  const isNeeded = room.streams.size > 0 || room.waiting.size > 0;
  if (isNeeded) {
    room.stopFollowing ??= room.source.follow((head) => broadcast(room, head));
  } else {
    room.stopFollowing?.();
    room.stopFollowing = undefined;
  }
}

function broadcast<Credential>(room: Room<Credential>, head: SourceHead): void {
  const encoded = new Map<number, Uint8Array | undefined>();
  const nowMs = room.now();
  for (const stream of room.streams) {
    if (!encoded.has(stream.seq)) {
      const batch = encode(room.source, head, stream.seq);
      encoded.set(stream.seq, batch === undefined ? undefined : toEvent(head.seq, batch));
    }
    const bytes = encoded.get(stream.seq);
    if (bytes === undefined || nowMs >= stream.endsAtMs) end(room, stream);
    else send(room, stream, { bytes, seq: head.seq });
  }
  for (const tell of room.waiting) tell(head);
}

function send<Credential>(
  room: Room<Credential>,
  stream: Stream<Credential>,
  { bytes, seq }: { readonly bytes: Uint8Array; readonly seq: number },
): void {
  if ((stream.controller.desiredSize ?? 0) < bytes.length) {
    forget(room, stream);
    stream.controller.error(new Error('the follower is too slow'));
    return;
  }
  stream.controller.enqueue(bytes);
  stream.seq = seq;
}

function end<Credential>(room: Room<Credential>, stream: Stream<Credential>): void {
  forget(room, stream);
  stream.controller.close();
}

function forget<Credential>(room: Room<Credential>, stream: Stream<Credential>): void {
  room.streams.delete(stream);
  followWhileNeeded(room);
}
