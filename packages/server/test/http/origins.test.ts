import assert from 'node:assert/strict';
import test from 'node:test';
import { createOriginRule } from '../../src/http/same-origin.ts';
import { startTestServer } from '../../src/testing.ts';
import { send, signUp } from './http-ground.ts';

const issuer = 'https://auth.example.com';
const app = 'https://app.example.com';
const rule = createOriginRule(issuer, [app]);

const ours: readonly (readonly [Readonly<Record<string, string>>, boolean])[] = [
  [{ origin: issuer }, true],
  [{ origin: app }, true],
  [{ origin: app, 'sec-fetch-site': 'same-site' }, true],
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{}, false],
  [{ origin: 'null' }, false],
  [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, false],
  [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
  [{ origin: `${issuer}.evil.example` }, false],
  [{ origin: 'https://evil-auth.example.com' }, false],
  [{ origin: 'https://authXexample.com' }, false],
  [{ origin: 'http://auth.example.com' }, false],
  [{ origin: 'https://auth.example.com:8443' }, false],
  [{ origin: 'HTTPS://AUTH.EXAMPLE.COM' }, false],
  [{ origin: `${issuer}/` }, false],
  [{ origin: '' }, false],
  [{ 'sec-fetch-site': 'same-site' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ referer: `${issuer}/` }, false],
];

for (const [headers, expected] of ours) {
  test(`A-342, A-346: ${JSON.stringify(headers)} is ${expected ? 'ours' : 'foreign'}`, () => {
    assert.equal(rule.isOurs(new Headers(headers)), expected);
  });
}

test('A-342: two Origin fields are no origin of ours', () => {
  const headers = new Headers([
    ['origin', issuer],
    ['origin', 'https://evil.example'],
  ]);
  assert.equal(rule.isOurs(headers), false);
});

test('A-345: without listed origins no answer speaks of any', async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  for (const path of ['/v1/me', '/docs', '/nope']) {
    const seen = await send(server, { path, headers: { origin: 'http://localhost:4000' } });
    assert.deepEqual(
      [...seen.headers.keys()].filter((name) => name.startsWith('access-control') || name === 'vary'),
      [],
    );
  }
  const preflight = await send(server, {
    method: 'OPTIONS',
    path: '/v1/login',
    headers: { origin: app, 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.status, 405);
});

const strangers = [
  'null',
  'https://evil.example',
  `${app}.evil.example`,
  'https://appXexample.com',
  `${app}:444`,
];

test('A-345, A-346, A-347: a listed origin is named from the list, every other is not', async (t) => {
  const server = await startTestServer({ settings: { corsOrigins: [app] } });
  t.after(() => server.close());
  const { accessToken } = await signUp(server);
  for (const token of [accessToken, 'bad']) {
    const seen = await send(server, { path: '/v1/me', token, headers: { origin: app } });
    assert.equal(seen.headers.get('access-control-allow-origin'), app);
    assert.equal(seen.headers.get('access-control-allow-credentials'), 'true');
    assert.match(seen.headers.get('access-control-expose-headers') ?? '', /WWW-Authenticate, Retry-After/);
    assert.equal(seen.headers.get('vary'), 'Origin');
  }
  for (const origin of strangers) {
    const seen = await send(server, { path: '/v1/me', token: accessToken, headers: { origin } });
    assert.equal(seen.headers.get('access-control-allow-origin'), null, origin);
    assert.equal(seen.headers.get('access-control-allow-credentials'), null, origin);
    assert.equal(seen.headers.get('vary'), 'Origin');
  }
});

test('A-345: only a listed origin gets a preflight answered', async (t) => {
  const server = await startTestServer({ settings: { corsOrigins: [app] } });
  t.after(() => server.close());
  const ask = { method: 'OPTIONS', path: '/v1/me' };
  const asked = {
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization',
  };
  const allowed = await send(server, { ...ask, headers: { ...asked, origin: app } });
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get('access-control-allow-methods'), 'GET, PATCH, DELETE');
  assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /Authorization.*Idempotency-Key/);
  for (const origin of strangers) {
    const refused = await send(server, { ...ask, headers: { ...asked, origin } });
    assert.equal(refused.status, 405, origin);
    assert.equal(refused.headers.get('access-control-allow-origin'), null, origin);
  }
});

test('a listed origin may use the cookie', async (t) => {
  const server = await startTestServer({ settings: { corsOrigins: [app] } });
  t.after(() => server.close());
  const { refreshToken } = await signUp(server);
  const cookie = `cs_refresh=${refreshToken}`;
  const seen = await send(server, {
    method: 'POST',
    path: '/v1/refresh',
    json: {},
    headers: { origin: app, cookie },
  });
  assert.equal(seen.status, 200);
  assert.equal(seen.headers.get('access-control-allow-origin'), app);
});
