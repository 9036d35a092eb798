import {
  createServer as createHttpServer,
  IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Secret } from '../base/secret.ts';
import type { App } from './app.ts';

export interface Listening {
  readonly port: number;
  /**
   * Takes no new connections. Requests that are under way, also those still on
   * the wire of an open connection, are answered, each as the last of its
   * connection; after so long what is left is cut.
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
/** While closing, a connection without a request gets so long to send one that is on its way. */
const lastRequestMs = 250;
const closeIdleEveryMs = 50;

/** @throws Error with `code` `EADDRINUSE` or `EACCES` when the address cannot be had */
export async function listen(options: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) =>
      options.app.fetch(request, incoming instanceof IncomingMessage ? { incoming } : {}),
    overrideGlobalObjects: options.ownsProcess,
    // HTTP/1.0 asks for no Host (health checks of proxies); nothing is ever derived from it.
    hostname: 'localhost',
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
  const connections = followConnections(server);
  await start(server, options);
  return {
    port: portOf(server.address()),
    async close(withinMs) {
      connections.endKeepAlive();
      await takeWaiting(server);
      await close(server, connections, withinMs);
    },
  };
}

interface Connections {
  /** From now on every answer is the last one of its connection. */
  endKeepAlive(): void;
  /** Also those that never sent a request: to node:http they are waiting for their first. */
  closeIdle(): void;
}

function followConnections(server: Server | HttpsServer): Connections {
  const open = new Set<ServerResponse>();
  const silent = new Set<Duplex>();
  let isEnding = false;
  server.on(server instanceof HttpsServer ? 'secureConnection' : 'connection', (socket: Duplex) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.prependListener('request', (request, response) => {
    silent.delete(request.socket);
    if (isEnding) response.shouldKeepAlive = false;
    open.add(response);
    response.once('close', () => open.delete(response));
  });
  return {
    endKeepAlive() {
      isEnding = true;
      for (const response of open) response.shouldKeepAlive = false;
    },
    closeIdle() {
      server.closeIdleConnections();
      for (const socket of silent) socket.destroy();
    },
  };
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

async function close(
  server: Server | HttpsServer,
  connections: Connections,
  withinMs: number,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // The close of node:http would reset connections whose request was sent but not read yet.
  NetServer.prototype.close.call(server, () => resolve());
  const cut = setTimeout(() => server.closeAllConnections(), withinMs);
  let closeIdle: NodeJS.Timeout | undefined;
  const wait = setTimeout(
    () => {
      connections.closeIdle();
      closeIdle = setInterval(connections.closeIdle, closeIdleEveryMs);
    },
    Math.min(lastRequestMs, withinMs),
  );
  await promise;
  for (const timer of [cut, wait, closeIdle]) clearTimeout(timer);
  // Stops what node:http repeats for its timeouts.
  server.close();
}

/** `listen` of the system keeps no more waiting (Node's default backlog). */
const maxTurns = 511;

/** Connections that the system has taken for us are ours, and a turn of the loop may accept only one. */
async function takeWaiting(server: Pick<Server, 'on' | 'off'>): Promise<void> {
  let hasTaken = true;
  const note = (): void => {
    hasTaken = true;
  };
  server.on('connection', note);
  for (let turn = 0; hasTaken && turn < maxTurns; turn++) {
    hasTaken = false;
    // The first may come before this turn looks for connections, the second comes behind the next look.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
  server.off('connection', note);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}
