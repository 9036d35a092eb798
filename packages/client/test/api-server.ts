import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export interface ApiServer extends AsyncDisposable {
  readonly origin: string;
  readonly seen: { path: string; authorization: string | undefined; body: string }[];
}

/** A real server on 127.0.0.1 that writes down what it was sent. */
export async function startApi(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ApiServer> {
  const seen: ApiServer['seen'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization } = request.headers;
      seen.push({ path: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function refuseToken(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('{}');
}
