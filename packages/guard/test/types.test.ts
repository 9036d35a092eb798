import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { type Auth, createGuard, type Requirements } from '@countersign/guard';
import { generateKey } from '@countersign/tokens';

// Checked by the compiler: that this file type-checks is most of the test.

const issuer = 'https://issuer.example';
const keys = [generateKey('ES256')];
const guard = createGuard({ issuer, audience: 'api', revocation: 'none', keys });

test('Express: req.auth is typed without an import, behind any use of the middleware', () => {
  const app = express();
  const router = express.Router();
  app.use(guard.express());
  app.use('/admin', guard.express({ role: 'admin' }), router);
  router.get('/:id', guard.express({ permission: 'users:read' }), (req, res) => {
    const auth: Auth = req.auth;
    const id: string | string[] | undefined = req.params['id'];
    // @ts-expect-error an Auth has no such member
    res.json({ id, subject: auth.subject, other: req.auth.other });
  });
  assert.ok(app);
});

test('Fastify: request.auth is typed by one declaration, on plain and on typed routes', async () => {
  const app = fastify();
  app.addHook('onRequest', guard.fastify());
  app.get('/plain', { onRequest: guard.fastify(), preHandler: [guard.fastify({ role: 'a' })] }, (request) => {
    const auth: Auth = request.auth;
    return auth.subject;
  });
  app.get<{ Reply: { readonly id: number }; Params: { readonly id: string } }>(
    '/typed/:id',
    { onRequest: guard.fastify({ scope: ['a', 'b'] }) },
    (request) => ({ id: Number(request.params.id) + request.auth.roles.length }),
  );
  app.get<{ Reply: { 200: { readonly id: number }; 404: string } }>(
    '/codes',
    { preHandler: guard.fastify() },
    () => ({ id: 7 }),
  );
  await app.close();
  assert.ok(app);
});

test('Hono: c.var.auth is typed by the Variables of the app', () => {
  const app = new Hono<{
    Bindings: { readonly region: string };
    Variables: { auth: Auth; requestId: string };
  }>();
  app.use(guard.hono());
  app.use('/api/*', guard.hono());
  app.get('/', guard.hono({ permission: 'a' }), (c) => {
    const auth: Auth = c.get('auth');
    const requestId: string = c.var.requestId;
    return c.json({ subject: c.var.auth.subject, roles: auth.roles, requestId });
  });
  assert.ok(app);
});

test('Koa: ctx.state.auth is typed by the state of the app, beside whatever else is there', () => {
  const app = new Koa<{ auth: Auth; requestId: string }>();
  app.use(guard.koa());
  app.use((ctx) => {
    const auth: Auth = ctx.state.auth;
    ctx.body = auth.subject;
  });
  const untyped = new Koa();
  untyped.use(guard.koa({ role: 'a' }));
  assert.ok(app);
});

test('node:http and Fetch: auth is a parameter', () => {
  const listener = guard.node((request, response, auth) => {
    const subject: string = auth.subject;
    response.end(`${request.url} ${subject}`);
  });
  assert.ok(createServer(listener));
  const plain: (request: Request) => Response | Promise<Response> = guard.fetch((request, auth) =>
    Response.json({ url: request.url, subject: auth.subject }),
  );
  const withMore = guard.fetch((_request, auth: Auth, context: { readonly id: string }) =>
    Response.json({ id: context.id, subject: auth.subject }),
  );
  const answer = withMore(new Request('https://api.example'), { id: '1' });
  assert.ok(plain);
  assert.ok(answer);
});

test('strength and age of the log-in are asked for and read by their types', () => {
  const strong: Requirements = { acr: ['aal2', 'aal3'], maxAuthAgeSeconds: 300 };
  const listener = guard.node((_request, response, auth) => {
    const acr: string | undefined = auth.acr;
    const amr: readonly string[] = auth.amr;
    response.end(`${acr} ${amr.join()}`);
  }, strong);
  assert.ok(createServer(listener));
});

test('requirements and options that mean nothing do not compile', () => {
  // @ts-expect-error the member is called permission
  const misspelt: Requirements = { permissions: 'a' };
  assert.throws(() => guard.express(misspelt), TypeError);
  // @ts-expect-error a level is a text
  const number: Requirements = { acr: 2 };
  assert.throws(() => guard.express(number), TypeError);
  // @ts-expect-error revocation must be said
  assert.throws(() => createGuard({ issuer, audience: 'api', keys }), TypeError);
});
