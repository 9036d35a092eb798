import {
  createServer as createHttpServer,
  IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Secret } from '../base/secret.ts';
import type { App } from './app.ts';

export interface Listening {
  readonly port: number;
  /**
   * Refuses new connections, lets open requests finish for so long, then cuts
   * what is left.
   */
  close(withinMs: number): Promise<void>;
}

export interface ListenOptions {
  readonly app: App;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: Secret } | undefined;
  /**
   * Replaces the process's `Request` and `Response` by lighter ones: three
   * times as fast, and only for a process that is all ours.
   */
  readonly ownsProcess: boolean;
}

const limits = {
  headersTimeout: 15_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
  connectionsCheckingInterval: 5_000,
};
const maxConnections = 10_000;

/** @throws Error with `code` `EADDRINUSE` or `EACCES` when the address cannot be had */
export async function listen(options: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) =>
      options.app.fetch(request, incoming instanceof IncomingMessage ? { incoming } : {}),
    overrideGlobalObjects: options.ownsProcess,
    ...(options.tls === undefined
      ? { createServer: createHttpServer, serverOptions: limits }
      : {
          createServer: createHttpsServer,
          serverOptions: { ...limits, cert: options.tls.cert, key: options.tls.key.reveal() },
        }),
  });
  if (!('closeIdleConnections' in server)) throw new TypeError('not a server of node:http or node:https');
  server.maxConnections = maxConnections;
  answerUnreadable(server, options.app);
  await start(server, options);
  return { port: portOf(server.address()), close: (withinMs) => close(server, withinMs) };
}

/** A connection on which an answer has begun cannot take another: it is cut. */
function answerUnreadable(server: Pick<Server, 'on'>, app: App): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => answers.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const last = answers.get(socket);
    const isFree = last === undefined || !last.headersSent || last.writableFinished;
    const isOpen = socket.writable && error.code !== 'ECONNRESET';
    if (isFree && isOpen) socket.end(app.refuseUnreadable(error), () => socket.destroy());
    else socket.destroy();
  });
}

function start(
  server: Pick<Server, 'listen' | 'once' | 'off'>,
  { host, port }: ListenOptions,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

async function close(server: Pick<Server, 'close' | 'closeAllConnections'>, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cut = setTimeout(() => server.closeAllConnections(), withinMs);
  server.close(() => resolve());
  await promise;
  clearTimeout(cut);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
