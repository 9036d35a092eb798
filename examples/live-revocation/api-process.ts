/** One of the two APIs, in a process of its own. Its parent tells it what to protect, and it ends with its parent. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard, type Guard } from '@countersign/guard';
import { createExpressApi } from './express-api.ts';
import { createHttpApi } from './http-api.ts';
import type { ApiOrders } from './start-api.ts';

const kinds = { express: createExpressApi, http: createHttpApi } as const;

async function serve({ kind, issuer, feed, pageOrigin }: ApiOrders): Promise<void> {
  const guard: Guard = createGuard({ issuer, audience: issuer, feed });
  await guard.ready();
  const server = createServer(kinds[kind](guard, pageOrigin));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ port });
  });
}

process.once('message', (orders: ApiOrders) => {
  serve(orders).catch((error: unknown) => {
    console.error(`The API in ${orders.kind} did not start:`, error);
    process.exit(1);
  });
});
process.once('disconnect', () => process.exit(0));
// Ctrl-C of a terminal reaches every process; the parent ends this one in its turn.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
