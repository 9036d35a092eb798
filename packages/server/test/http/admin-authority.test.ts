import assert from 'node:assert/strict';
import test from 'node:test';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { createRole } from '../../src/flows/admin/create-role.ts';
import { createUser } from '../../src/flows/admin/create-user.ts';
import { disableUser } from '../../src/flows/admin/disable-user.ts';
import { logIn } from '../flows/log-in.ts';
import { adminRoutes } from '../../src/http/routes/admin.ts';
import { type BuiltInPermission, builtInPermissions } from '../../src/rules/permissions.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';

const actor = { kind: 'command-line' } as const;
const source = { requestId: 'r1', address: '192.0.2.7', userAgent: undefined };
const password = 'a lantern in the harbour';
const id = 'A'.repeat(22);

/** What a row asks for, said a second time: a route whose guard is loosened shows here. */
const expected: Readonly<Record<string, BuiltInPermission>> = {
  'GET /v1/admin/users': 'users:read',
  'POST /v1/admin/users': 'users:write',
  'GET /v1/admin/users/{id}': 'users:read',
  'PATCH /v1/admin/users/{id}': 'users:write',
  'DELETE /v1/admin/users/{id}': 'users:delete',
  'POST /v1/admin/users/{id}/logout': 'users:write',
  'POST /v1/admin/users/{id}/password': 'users:write',
  'DELETE /v1/admin/users/{id}/factors': 'users:write',
  'GET /v1/admin/invites': 'users:read',
  'POST /v1/admin/invites': 'users:write',
  'DELETE /v1/admin/invites/{id}': 'users:write',
  'GET /v1/admin/roles': 'roles:read',
  'POST /v1/admin/roles': 'roles:write',
  'PATCH /v1/admin/roles/{name}': 'roles:write',
  'DELETE /v1/admin/roles/{name}': 'roles:write',
  'GET /v1/admin/clients': 'clients:read',
  'POST /v1/admin/clients': 'clients:write',
  'PATCH /v1/admin/clients/{id}': 'clients:write',
  'POST /v1/admin/clients/{id}/secret': 'clients:write',
  'DELETE /v1/admin/clients/{id}': 'clients:write',
  'GET /v1/admin/keys': 'keys:read',
  'POST /v1/admin/keys/rotate': 'keys:write',
  'POST /v1/admin/keys/{id}/compromise': 'keys:write',
  'GET /v1/admin/sessions': 'sessions:read',
  'DELETE /v1/admin/sessions/{id}': 'sessions:write',
  'GET /v1/admin/audit': 'audit:read',
  'GET /v1/admin/revocations': 'revocations:read',
  'POST /v1/admin/revocations': 'revocations:write',
  'GET /v1/admin/webhooks': 'webhooks:read',
  'POST /v1/admin/webhooks': 'webhooks:write',
  'PATCH /v1/admin/webhooks/{id}': 'webhooks:write',
  'POST /v1/admin/webhooks/{id}/test': 'webhooks:write',
  'DELETE /v1/admin/webhooks/{id}': 'webhooks:write',
};

async function open(t: test.TestContext): Promise<TestServer> {
  const server = await startTestServer();
  t.after(() => server.close());
  return server;
}

/** Access token of a new user with one role that permits exactly this. */
async function signInHolder(
  { house }: TestServer,
  name: string,
  permissions: readonly string[],
): Promise<{ readonly token: string; readonly userId: string }> {
  await createRole(house, { actor, name, description: '', permissions }, source);
  const email = `${name}@example.com`;
  const { id: userId } = await createUser(house, { actor, email, password, roles: [name] }, source);
  const { accessToken } = await logIn(house, { identifier: email, password }, source);
  return { token: accessToken, userId };
}

function call(server: TestServer, route: string, token?: string): Promise<Response> {
  const [method = '', pattern = ''] = route.split(' ');
  const prefix = pattern.includes('/clients/') ? 'c_' : pattern.includes('/webhooks/') ? 'wh_' : '';
  const name = pattern.includes('/invites/') ? 'A'.repeat(43) : prefix + id;
  const path = pattern.replace('{id}', name).replace('{name}', 'nothing');
  return server.fetch(path, {
    method,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
}

test('A-387: every row of the admin API asks for its permission, and every permission is asked for', () => {
  const asked = Object.fromEntries(
    adminRoutes.map(({ method, path, who }) => [`${method} ${path}`, who.permission]),
  );
  assert.deepEqual(asked, expected);
  assert.deepEqual([...new Set(Object.values(asked))].sort(), Object.keys(builtInPermissions).sort());
});

test('A-386, A-387: the matrix of routes and permissions has one door in each row', async (t) => {
  const server = await open(t);
  const holders = [];
  for (const permission of Object.keys(builtInPermissions)) {
    holders.push({ permission, ...(await signInHolder(server, permission.replace(':', '-'), [permission])) });
  }
  for (const [route, needed] of Object.entries(expected)) {
    assert.equal((await call(server, route)).status, 401, route);
    for (const { permission, token } of holders) {
      const { status } = await call(server, route, token);
      if (permission === needed)
        assert.ok(![401, 403].includes(status) && status < 500, `${route}: ${status}`);
      else assert.equal(status, 403, `${permission} opened ${route}`);
    }
  }
});

test('A-256, A-267: a token that was issued with the permission opens nothing once it is taken away', async (t) => {
  const server = await open(t);
  const { token, userId } = await signInHolder(server, 'reader', ['users:read']);
  const list = 'GET /v1/admin/users';
  assert.equal((await call(server, list, token)).status, 200);
  await changeUser(server.house, { actor, userId, change: { roles: ['user'] } }, source);
  assert.equal((await call(server, list, token)).status, 403);
  await changeUser(server.house, { actor, userId, change: { roles: ['reader'] } }, source);
  assert.equal((await call(server, list, token)).status, 200);
  await disableUser(server.house, { actor, userId }, source);
  assert.equal((await call(server, list, token)).status, 401);
});

test('A-400: who may not see users sees none in any other list', async (t) => {
  const server = await open(t);
  const { token, userId } = await signInHolder(server, 'other', ['roles:read', 'clients:read', 'keys:read']);
  for (const path of ['roles', 'clients', 'keys']) {
    const text = await (await call(server, `GET /v1/admin/${path}`, token)).text();
    assert.ok(text.startsWith('{"items":[') && !text.includes('@') && !text.includes(userId), path);
  }
});
