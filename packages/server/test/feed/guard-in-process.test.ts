import assert from 'node:assert/strict';
import test from 'node:test';
import { logOut } from '../../src/flows/log-out.ts';
import { signInAlice, source } from '../flows/test-house.ts';

test('a guard in the process of the server refuses what was revoked at once, without a credential', async (t) => {
  const server = await signInAlice(t);
  const guard = server.guard();
  t.after(() => guard.close());
  const { accessToken } = server.signedIn;
  assert.equal((await guard.verify(accessToken)).subject, server.signedIn.user.id);
  await logOut(server.house, { caller: server.caller }, source);
  await server.house.feed.view.pull();
  await assert.rejects(guard.verify(accessToken), { reason: 'revoked' });
});

test('one guard that is closed does not blind the others', async (t) => {
  const server = await signInAlice(t);
  server.guard().close();
  const guard = server.guard();
  t.after(() => guard.close());
  await guard.verify(server.signedIn.accessToken);
});
