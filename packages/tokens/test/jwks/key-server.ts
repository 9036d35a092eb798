import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { TestContext } from 'node:test';

export interface KeyServer {
  readonly url: string;
  readonly requests: () => number;
  /** Sets what the next requests get. */
  readonly answerWith: (answer: RequestListener) => void;
}

/** A server on a free port that ends with the test. */
export async function startKeyServer(t: TestContext, first: RequestListener): Promise<KeyServer> {
  let count = 0;
  let current = first;
  const server = createServer((request, response) => {
    count += 1;
    current(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    requests: () => count,
    answerWith: (answer) => {
      current = answer;
    },
  };
}

export const respondJson =
  (body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
