import { FeedError } from './feed-error.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Read the `data` of server-sent events, one call for each event.
 *
 * Strict where a browser is lenient: one `data` line an event, lines end in LF or CRLF, comments and the fields
 * `id`, `event` and `retry` are passed over, anything else ends the stream. Holds at most `maxLineBytes` unread.
 *
 * @throws FeedError `answer_malformed`, `answer_too_large`; and whatever reading `body` throws
 */
export async function readEventStream(
  body: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
  onData: (data: string) => void,
): Promise<void> {
  let data: string | undefined;
  for await (const line of readLines(body, maxLineBytes)) {
    if (line === '') {
      if (data !== undefined) onData(data);
      data = undefined;
    } else if (line.startsWith('data:')) {
      if (data !== undefined) throw new FeedError('answer_malformed');
      data = line.slice(line.startsWith('data: ') ? 6 : 5);
    } else if (!/^(?:$|:|(?:id|event|retry)(?::|$))/.test(line)) {
      throw new FeedError('answer_malformed');
    }
  }
}

/** Complete lines only: what an interrupted stream left behind is dropped. */
async function* readLines(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const line = Buffer.concat([...pieces, chunk.subarray(from, end)]);
      if (line.length > maxBytes) throw new FeedError('answer_too_large');
      yield line.subarray(0, line.at(-1) === carriageReturn ? -1 : undefined).toString('utf8');
      pieces = [];
      held = 0;
      from = end + 1;
    }
    held += chunk.length - from;
    if (held > maxBytes) throw new FeedError('answer_too_large');
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
}
