import { encodeBase64url } from '@countersign/tokens';
import type { FeedSource, SourceHead } from '../base/feed-source.ts';
import { eventBytes } from './event-log.ts';

/** A longer batch is written as it is read; 24 bytes are whole groups of base64url. */
export const eventsAtOnce = 1024;

const utf8 = new TextEncoder();

/**
 * The text of `encodeBatch` piece by piece, each made when it is asked for: somebody who asks
 * for twenty thousand events and reads none of them holds no memory.
 *
 * @throws Error where events were let go of before they were asked for
 */
export function* writeLongBatch(
  source: Pick<FeedSource, 'read'>,
  head: SourceHead,
  after: number,
): Generator<Uint8Array, void> {
  yield utf8.encode(`{"after":${after},"events":"`);
  for (let from = after; from < head.seq; from += eventsAtOnce) {
    const to = Math.min(from + eventsAtOnce, head.seq);
    const events = source.read(from, to);
    if (events?.length !== (to - from) * eventBytes) throw new Error('the events are held no longer');
    yield utf8.encode(encodeBase64url(events));
  }
  yield utf8.encode(`","head":"${head.jws}"}`);
}

/** Pieces as a body that is read at the pace of whoever asked for it. */
export function toStream(pieces: Iterator<Uint8Array, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { value } = pieces.next();
        if (value === undefined) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}
