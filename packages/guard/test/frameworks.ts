import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import type { Auth, Guard, Requirements } from '@countersign/guard';

declare module 'fastify' {
  interface FastifyRequest {
    auth: Auth;
  }
}

/** The same protected routes in every framework. */
export const ROUTES = {
  '/profile': undefined,
  '/orders': { permission: 'orders:write' },
  '/reports': { scope: ['reports:read', 'profile'] },
  '/admin': { role: 'admin' },
  '/payment': { maxAuthAgeSeconds: 60 },
  '/keys': { acr: 'aal2', role: 'admin' },
  '/transfer': { acr: ['aal2', 'urn:example:card'], maxAuthAgeSeconds: 60 },
} as const satisfies Record<string, Requirements | undefined>;

export type Routes = Readonly<Record<string, Requirements | undefined>>;

export interface Framework {
  readonly name: string;
  /** The routes, ready to be served; each answers with the `auth` that its handler saw. */
  readonly listener: (guard: Guard, routes: Routes) => RequestListener | Promise<RequestListener>;
}

const MIB = 1024 * 1024;

function forNode(guard: Guard, routes: Routes): RequestListener {
  const listeners = new Map(
    Object.entries(routes).map(([path, requirements]) => [
      path,
      guard.node((_request, response, auth) => response.end(JSON.stringify(auth)), requirements),
    ]),
  );
  return (request, response) => {
    const path = new URL(request.url ?? '', 'http://any').pathname;
    const listener = listeners.get(path);
    if (listener === undefined) response.writeHead(404).end();
    else listener(request, response);
  };
}

function forFetch(guard: Guard, routes: Routes): RequestListener {
  const handlers = new Map(
    Object.entries(routes).map(([path, requirements]) => [
      path,
      guard.fetch((_request, auth) => Response.json(auth), requirements),
    ]),
  );
  const listener = getRequestListener((request) => {
    const handler = handlers.get(new URL(request.url).pathname);
    return handler === undefined ? new Response(null, { status: 404 }) : handler(request);
  });
  return (request, response) => void listener(request, response);
}

function forExpress(guard: Guard, routes: Routes): RequestListener {
  const app = express();
  for (const [path, requirements] of Object.entries(routes)) {
    app.get(path, guard.express(requirements), (req, res) => {
      res.json(req.auth);
    });
  }
  return app;
}

async function forFastify(guard: Guard, routes: Routes): Promise<RequestListener> {
  const app = fastify();
  for (const [url, requirements] of Object.entries(routes)) {
    app.get(url, { onRequest: guard.fastify(requirements) }, (request) => request.auth);
  }
  await app.ready();
  return (request, response) => app.routing(request, response);
}

function forHono(guard: Guard, routes: Routes): RequestListener {
  const app = new Hono<{ Variables: { auth: Auth } }>();
  for (const [path, requirements] of Object.entries(routes)) {
    app.get(path, guard.hono(requirements), (c) => Response.json(c.var.auth));
  }
  const listener = getRequestListener(app.fetch);
  return (request, response) => void listener(request, response);
}

function forKoa(guard: Guard, routes: Routes): RequestListener {
  const app = new Koa<{ auth: Auth }>();
  const guards = new Map(
    Object.entries(routes).map(([path, requirements]) => [path, guard.koa(requirements)]),
  );
  app.use((ctx, next) => guards.get(ctx.path)?.(ctx, next));
  app.use((ctx) => {
    ctx.body = ctx.state.auth;
  });
  const listener = app.callback();
  return (request, response) => void listener(request, response);
}

export const FRAMEWORKS: readonly Framework[] = [
  { name: 'node:http', listener: forNode },
  { name: 'Fetch', listener: forFetch },
  { name: 'Express', listener: forExpress },
  { name: 'Fastify', listener: forFastify },
  { name: 'Hono', listener: forHono },
  { name: 'Koa', listener: forKoa },
];

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serve on a real socket, with room for header fields that are far too long. */
export async function serve(framework: Framework, guard: Guard, routes: Routes = ROUTES): Promise<Served> {
  const server: Server = createServer({ maxHeaderSize: MIB }, await framework.listener(guard, routes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
