import { once } from 'node:events';
import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One connection that is kept, for one POST at a time. */
export interface Line {
  post(headers: string, body: string): Promise<Answer>;
  close(): void;
}

/**
 * A socket that speaks as much HTTP as a bench needs: `Content-Length` alone, one answer to one request. A client of
 * node:http costs as much processor as a fast server, and then it is the client that is measured.
 *
 * @throws Error, from `post`, for an answer of another form, and when the connection ends
 */
export async function openLine(port: number, path: string): Promise<Line> {
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  await once(socket, 'connect');
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
    const answer = readAnswer(text);
    if (answer === undefined) return;
    text = '';
    waiting?.resolve(answer);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')));
  return {
    post(headers, body) {
      waiting = Promise.withResolvers();
      const length = `Content-Length: ${body.length}`;
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}${length}\r\n\r\n${body}`,
        'latin1',
      );
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

/** @returns undefined while the rest is still on its way */
function readAnswer(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${text.slice(0, end)}`);
  const body = text.slice(end + 4);
  if (body.length < Number(length)) return undefined;
  return { status: Number(text.slice(9, 12)), body };
}
