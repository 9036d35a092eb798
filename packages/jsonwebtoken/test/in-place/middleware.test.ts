import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import test, { type TestContext } from 'node:test';
import { type JwtPayload, type Secret, sign, TokenExpiredError } from '@countersign/jsonwebtoken';
import './resolve.mjs';

// Required, not imported: the hooks of `resolve.mjs` stand before these are loaded.
const require = createRequire(import.meta.url);
const express: typeof import('express') = require('express');
const { expressjwt }: typeof import('express-jwt') = require('express-jwt');
const passport: typeof import('passport') = require('passport');
const { ExtractJwt, Strategy }: typeof import('passport-jwt') = require('passport-jwt');

process.removeAllListeners('warning');

const secret = 'a secret of forty bytes, which is enough';
const claims = { sub: 'ann', aud: 'api' };
const good = sign(claims, secret, { expiresIn: 60 });
const expired = sign(claims, secret, { expiresIn: -60 });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const es256 = sign(claims, privateKey, { algorithm: 'ES256', keyid: 'one', expiresIn: 60 });

type Get = (path: string, token?: string) => Promise<{ readonly status: number; readonly body: unknown }>;

async function serve(context: TestContext, app: import('express').Express): Promise<Get> {
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  context.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return async (path, token) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  };
}

test('the middleware loads the drop-in and not the original', () => {
  const loaded = Object.keys(require.cache).filter((file) => /node_modules\/jsonwebtoken\//.test(file));
  assert.deepEqual(loaded, []);
});

test('express-jwt works with the drop-in: secrets, keys found by the header, expiry, refusals', async (context) => {
  const app = express();
  let seen: unknown;
  app.use('/hs', expressjwt({ secret, algorithms: ['HS256'], audience: 'api' }));
  app.use(
    '/late',
    expressjwt({
      secret,
      algorithms: ['HS256'],
      onExpired: (_request, error) => {
        seen = error.inner;
      },
    }),
  );
  const findKey = async (
    _request: unknown,
    token?: { readonly header: { kid?: string | undefined } },
  ): Promise<Secret> => (token?.header.kid === 'one' ? publicKey : secret);
  app.use('/es', expressjwt({ secret: findKey, algorithms: ['ES256'] }));
  app.get(/.*/, (request: import('express').Request & { auth?: JwtPayload }, response) => {
    response.json(request.auth?.sub);
  });
  app.use(((error, _request, response, _next) => {
    response.status(error.status).json([error.name, error.code, error.inner?.name, error.message]);
  }) satisfies import('express').ErrorRequestHandler);
  const get = await serve(context, app);

  assert.deepEqual(await get('/hs', good), { status: 200, body: 'ann' });
  assert.deepEqual(await get('/es', es256), { status: 200, body: 'ann' });
  const refused = (name: string, message: string): unknown => ({
    status: 401,
    body: ['UnauthorizedError', 'invalid_token', name, message],
  });
  assert.deepEqual(await get('/hs', expired), refused('TokenExpiredError', 'jwt expired'));
  assert.deepEqual(await get('/hs', `${good}x`), refused('JsonWebTokenError', 'invalid signature'));
  assert.deepEqual(await get('/hs', 'nonsense'), refused('JsonWebTokenError', 'jwt malformed'));
  assert.deepEqual(
    await get('/hs', sign({ aud: 'web' }, secret)),
    refused('JsonWebTokenError', 'jwt audience invalid. expected: api'),
  );
  assert.deepEqual(await get('/es', good), refused('JsonWebTokenError', 'invalid algorithm'));
  assert.equal((await get('/hs')).status, 401);
  assert.equal((await get('/late', expired)).status, 200);
  assert.ok(seen instanceof TokenExpiredError);
});

test('passport-jwt works with the drop-in', async (context) => {
  const app = express();
  const options = {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKey: secret,
    audience: 'api',
  };
  const strategy = new Strategy(options, (payload: JwtPayload, done) => done(null, { id: payload.sub }));
  app.use(passport.initialize());
  app.get('/', (request, response, next) => {
    passport.authenticate(
      strategy,
      { session: false },
      (_error: unknown, user: unknown, info: Error | undefined) => {
        response.status(user ? 200 : 401).json(user || [info?.name, info?.message]);
      },
    )(request, response, next);
  });
  const get = await serve(context, app);

  assert.deepEqual(await get('/', good), { status: 200, body: { id: 'ann' } });
  assert.deepEqual(await get('/', expired), { status: 401, body: ['TokenExpiredError', 'jwt expired'] });
  assert.deepEqual(await get('/', `${good}x`), {
    status: 401,
    body: ['JsonWebTokenError', 'invalid signature'],
  });
  assert.deepEqual(await get('/'), { status: 401, body: ['Error', 'No auth token'] });
});
