import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Fulfilled when so many have come. */
  arrived(count: number): Promise<readonly Received[]>;
  /** What it answers from now on. */
  answer: (response: ServerResponse, received: Received) => void;
}

/** An endpoint as somebody else runs it. */
export async function openReceiver(t: TestContext): Promise<Receiver> {
  const received: Received[] = [];
  let wake = Promise.withResolvers<void>();
  const receiver: Receiver & { url: string } = {
    url: '',
    received,
    answer: (response) => void response.writeHead(204).end(),
    async arrived(count) {
      while (received.length < count) await wake.promise;
      return received;
    },
  };
  const server = createServer((request, response) => void take(request, response));
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const one = { headers: request.headers, body: await text(request) };
    received.push(one);
    receiver.answer(response, one);
    wake.resolve();
    wake = Promise.withResolvers();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  receiver.url = `http://127.0.0.1:${address.port}/hook`;
  return receiver;
}

/** As Standard Webhooks says that a receiver verifies. */
export function isSigned({ headers, body }: Received, secret: string, nowMs: number): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  if (!/^\d+$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => {
      const [version, signature = ''] = one.split(',');
      const given = Buffer.from(signature, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
