import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FeedClient } from '@countersign/guard';

export interface ApiOrders {
  readonly kind: 'express' | 'http';
  readonly issuer: string;
  readonly feed: FeedClient;
  readonly pageOrigin: string;
}

export interface RunningApi {
  readonly kind: ApiOrders['kind'];
  readonly origin: string;
  /** Fulfilled with its exit code when the process has ended. */
  readonly ended: Promise<number>;
  stop(): void;
}

const script = fileURLToPath(new URL('./api-process.ts', import.meta.url));

/** The secret goes by message: an environment can be read by others. */
export async function startApi(orders: ApiOrders): Promise<RunningApi> {
  const child = fork(script, { execArgv: ['-C', '@countersign/source'] });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  const listening = once(child, 'message').then(([message]) => readPort(message));
  child.send(orders);
  const port = await Promise.race([listening, ended.then(() => undefined)]);
  if (port === undefined) throw new Error(`The API in ${orders.kind} did not start; its message is above.`);
  const stop = (): void => {
    if (child.connected) child.disconnect();
  };
  return { kind: orders.kind, origin: `http://localhost:${port}`, ended, stop };
}

function readPort(message: unknown): number | undefined {
  const isPort = typeof message === 'object' && message !== null && 'port' in message;
  return isPort && typeof message.port === 'number' ? message.port : undefined;
}
