import assert from 'node:assert/strict';
import test from 'node:test';
import { sign } from '@countersign/jsonwebtoken';
import { startApplication } from './start-application.ts';

process.removeAllListeners('warning');

const asJson = { 'content-type': 'application/json' };
const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

test('the complete server of the documents runs unchanged', async (context) => {
  const app = await startApplication(context, 'complete-server');
  assert.equal(await (await app.fetch('/')).text(), 'Public API');

  const logIn = async (email: string): Promise<Response> =>
    app.fetch('/login', { method: 'POST', headers: asJson, body: JSON.stringify({ email }) });
  assert.equal((await logIn('nobody@example.com')).status, 401);
  const alice = (await (await logIn('alice@example.com')).json()).token;
  const admin = (await (await logIn('admin@example.com')).json()).token;

  const profile = await app.fetch('/api/profile', bearer(alice));
  assert.deepEqual(await profile.json(), { message: 'Protected profile data', userId: '1', role: 'user' });
  assert.equal((await app.fetch('/api/admin', bearer(alice))).status, 403);
  assert.equal((await app.fetch('/api/admin', bearer(admin))).status, 200);

  assert.equal((await app.fetch('/api/profile')).status, 401);
  const forged = sign({ userId: '1', role: 'admin' }, 'another secret');
  const old = sign({ userId: '1', role: 'admin' }, 'your-secret-key', { expiresIn: -5 });
  const unsigned = sign({ userId: '1', role: 'admin' }, null, { algorithm: 'none' });
  for (const token of [forged, old, unsigned, `${alice.slice(0, -4)}AAAA`, 'nonsense']) {
    const refused = await app.fetch('/api/admin', bearer(token));
    assert.deepEqual([refused.status, await refused.json()], [403, { error: 'Invalid token' }]);
  }
  // It names no algorithms, and its secret is short: said, and only once.
  assert.equal(app.errors().match(/COUNTERSIGN_JWT_ALGORITHMS/g)?.length, 1);
  assert.equal(app.errors().match(/COUNTERSIGN_JWT_SHORT_SECRET/g)?.length, 1);
});

test('log-in, protected routes and roles of the documents run unchanged', async (context) => {
  const app = await startApplication(context, 'login-and-roles', 'app.listen(3000);\n');
  const logIn = async (password: string): Promise<Response> =>
    app.fetch('/login', {
      method: 'POST',
      headers: asJson,
      body: JSON.stringify({ email: 'alice@example.com', password }),
    });
  assert.deepEqual([(await logIn('wrong')).status, (await logIn('correct')).status], [401, 200]);
  const { token, message } = await (await logIn('correct')).json();
  assert.equal(message, 'Login successful');

  const profile = await (await app.fetch('/api/profile', bearer(token))).json();
  assert.deepEqual(profile, {
    id: '1',
    email: 'alice@example.com',
    role: 'user',
    message: 'This is protected data',
  });
  const order = await app.fetch('/api/orders', {
    method: 'POST',
    headers: { ...asJson, authorization: `Bearer ${token}` },
    body: '{"items":["book"]}',
  });
  assert.deepEqual([order.status, (await order.json()).order.items], [201, ['book']]);

  const remove = (of: string): Promise<Response> =>
    app.fetch('/api/users/1', { method: 'DELETE', headers: { authorization: `Bearer ${of}` } });
  const admin = sign({ userId: '2', role: 'admin' }, 'your-secret-key-change-this-in-production');
  assert.deepEqual([(await remove(token)).status, (await remove(admin)).status], [403, 200]);
  assert.equal((await remove(sign({ role: 'admin' }, 'x'))).status, 403);
});
