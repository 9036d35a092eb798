/** `node target.ts <framework> <protection>`: one protected route on a free port, which it tells its parent. */
import { createServer, type RequestListener } from 'node:http';
import fastifyJwt from '@fastify/jwt';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { expressjwt } from 'express-jwt';
import fastify from 'fastify';
import { Hono } from 'hono';
import { jwt as honoJwt } from 'hono/jwt';
import { createGuard, type Guard } from '../../packages/guard/src/index.ts';

export type Framework = 'express' | 'fastify' | 'hono' | 'node';
export type Protection = 'bare' | 'guard' | 'peer' | 'peer-cache';

const [, , framework = '', protection = ''] = process.argv;
const { issuer = '', secret = '', feed } = JSON.parse(process.env['BENCH_TARGET'] ?? '{}');
const audience = issuer;
const answer = { ok: true };

const makers: Readonly<Record<string, () => RequestListener | Promise<RequestListener>>> = {
  express: makeExpress,
  fastify: makeFastify,
  hono: makeHono,
  node: makeNode,
};
const listener = await makers[framework]?.();
if (listener === undefined) throw new Error(`no framework ${framework}`);
const server = createServer(listener).listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});

/** Follows the real feed, or says that it does not. */
function makeGuard(): Guard {
  const base = { issuer, audience, dangerAllowHttp: true };
  return feed === undefined ? createGuard({ ...base, revocation: 'none' }) : createGuard({ ...base, feed });
}

function makeExpress(): RequestListener {
  const app = express();
  // Its own page for errors prints each on standard error.
  app.set('env', 'test');
  if (protection === 'guard') app.use(makeGuard().express());
  if (protection === 'peer') app.use(expressjwt({ secret, algorithms: ['HS256'], issuer, audience }));
  app.get('/', (_request, response) => void response.json(answer));
  return app;
}

async function makeFastify(): Promise<RequestListener> {
  const app = fastify();
  if (protection === 'guard') app.addHook('onRequest', makeGuard().fastify());
  if (protection.startsWith('peer')) {
    const cache = protection === 'peer-cache';
    await app.register(fastifyJwt, {
      secret,
      verify: {
        algorithms: ['HS256'],
        allowedIss: issuer,
        allowedAud: audience,
        cache: cache ? 20_000 : false,
      },
    });
    app.addHook('onRequest', async (request) => {
      await request.jwtVerify();
    });
  }
  app.get('/', async () => answer);
  await app.ready();
  return (request, response) => void app.routing(request, response);
}

function makeHono(): RequestListener {
  const app = new Hono();
  if (protection === 'guard') app.use(makeGuard().hono());
  if (protection === 'peer')
    app.use(honoJwt({ secret, alg: 'HS256', verification: { iss: issuer, aud: audience } }));
  app.get('/', (c) => c.json(answer));
  // As its own `serve` does where the process is its own.
  return getRequestListener(app.fetch, { overrideGlobalObjects: true });
}

function makeNode(): RequestListener {
  const send: RequestListener = (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  };
  return protection === 'guard' ? makeGuard().node((request, response) => send(request, response)) : send;
}
