import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { listRoutes } from '../../src/http/routes.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { checkHeaders } from './check-answer.ts';
import { memberOf, send, signUp } from './http-ground.ts';

async function open(t: TestContext): Promise<TestServer> {
  const server = await startTestServer();
  t.after(() => server.close());
  return server;
}

test('A-161, A-391: a new database knows nobody, and no address makes the first administrator', async (t) => {
  const { house } = await open(t);
  const [rows] = await house.store.read(
    sql<{ users: number; secrets: number }>`SELECT (SELECT count(*) FROM users) AS users,
      (SELECT count(*) FROM clients WHERE secret_hash IS NOT NULL) AS secrets`,
  );
  assert.deepEqual(rows && { ...rows }, { users: 0, secrets: 0 });
  assert.deepEqual(
    listRoutes().filter(({ path }) => /setup|bootstrap|install/.test(path)),
    [],
  );
});

test('A-239: a refresh cannot ask for more than the session has', async (t) => {
  const server = await open(t);
  const { refreshToken } = await signUp(server);
  for (const more of [{ scope: 'users:read' }, { roles: ['admin'] }, { resource: 'https://other.example' }]) {
    const json = { refresh_token: refreshToken, ...more };
    const seen = await send(server, { method: 'POST', path: '/v1/refresh', json });
    assert.equal(seen.status, 400);
    assert.equal(memberOf(seen.json, 'code'), 'invalid_request');
  }
  const json = { refresh_token: refreshToken };
  assert.equal((await send(server, { method: 'POST', path: '/v1/refresh', json })).status, 200);
});

test('A-242: a refresh token is no access token, and the other way round', async (t) => {
  const server = await open(t);
  const { accessToken, refreshToken } = await signUp(server);
  const asAccess = await send(server, { path: '/v1/me', token: refreshToken });
  assert.equal(asAccess.status, 401);
  assert.equal(memberOf(asAccess.json, 'code'), 'invalid_token');
  const json = { refresh_token: accessToken };
  const asRefresh = await send(server, { method: 'POST', path: '/v1/refresh', json });
  // Longer than any refresh token is.
  assert.equal(asRefresh.status, 400);
  const cut = { refresh_token: accessToken.slice(0, refreshToken.length) };
  assert.equal((await send(server, { method: 'POST', path: '/v1/refresh', json: cut })).status, 401);
});

test('A-249: what lies in the database opens no session', async (t) => {
  const server = await open(t);
  const { accessToken, refreshToken } = await signUp(server);
  const rows = await server.house.store.read(
    sql<{ id: string; refreshId: string }>`SELECT id, refresh_id AS "refreshId" FROM sessions`,
  );
  for (const name of ['countersign.db', 'countersign.db-wal']) {
    const bytes = readFileSync(join(server.directory, 'data', name)).toString('latin1');
    assert.equal(bytes.includes(refreshToken), false);
    assert.equal(bytes.includes(accessToken.split('.')[2] ?? ''), false);
  }
  for (const { id, refreshId } of rows) {
    for (const guess of [id, refreshId, `cs_rt_${refreshId}`]) {
      const json = { refresh_token: guess };
      assert.equal((await send(server, { method: 'POST', path: '/v1/refresh', json })).status, 401);
    }
  }
});

test('A-120: whoever has used up the budget of an address reaches no route at all', async (t) => {
  const server = await open(t);
  for (let n = 0; n < 2000; n++) await send(server, { path: '/nope' });
  for (const { method, path } of listRoutes()) {
    const seen = await send(server, { method, path: path.replaceAll(/\{\w+\}/g, 'A'.repeat(22)) });
    assert.equal(seen.status, 429, `${method} ${path}`);
  }
});

test('A-254: the session that follows on the same device is another one, and the old cookie is dead', async (t) => {
  const server = await open(t);
  const first = await signUp(server);
  const second = await signUp(server);
  const cookie = (token: string) => ({ 'sec-fetch-site': 'same-origin', cookie: `cs_refresh=${token}` });
  const out = await send(server, {
    method: 'POST',
    path: '/v1/logout',
    json: {},
    headers: cookie(first.refreshToken),
  });
  assert.equal(out.status, 204);
  const old = await send(server, {
    method: 'POST',
    path: '/v1/refresh',
    headers: cookie(first.refreshToken),
  });
  assert.equal(old.status, 401);
  const next = await send(server, {
    method: 'POST',
    path: '/v1/refresh',
    headers: cookie(second.refreshToken),
  });
  assert.equal(memberOf(next.json, 'user.id'), second.user.id);
  assert.notEqual(first.sessionId, second.sessionId);
});

test('A-348, A-349: every answer, refusals and unknown addresses among them, says what a browser may do with it', async (t) => {
  const server = await open(t);
  const paths = new Set(listRoutes().map(({ path }) => path.replaceAll(/\{\w+\}/g, 'A'.repeat(22))));
  for (const path of [...paths, '/nope', '/v1/nope']) {
    for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
      server.clock.advanceMs(1000);
      const { headers } = await send(server, { method, path });
      checkHeaders(headers);
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path);
    }
  }
});
