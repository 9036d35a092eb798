import assert from 'node:assert/strict';
import test from 'node:test';
import { makeGround, startKeys } from './key-ground.ts';

test('A-413: a command with other settings changes no key of the server that it works beside', async () => {
  const ground = makeGround();
  const server = await startKeys(ground, { algorithm: 'RS256' });
  const before = server.list();
  const guest = await startKeys(ground, { algorithm: 'ES256', rotationDays: 7, isGuest: true });
  await server.reload();
  assert.deepEqual(server.list(), before);
  assert.equal(guest.algorithm, 'RS256');
});

test('A-413: a rotation asked of such a command keeps the algorithm', async () => {
  const ground = makeGround();
  const server = await startKeys(ground, { algorithm: 'RS256' });
  const guest = await startKeys(ground, { algorithm: 'ES256', isGuest: true });
  const plan = guest.planRotation();
  assert.ok(plan.kind === 'planned');
  assert.equal((await ground.store.commit(plan.act)).kind, 'committed');
  await server.reload();
  assert.deepEqual(new Set(server.list().map(({ algorithm }) => algorithm)), new Set(['RS256']));
});

test('a command on a new database makes its first keys', async () => {
  const guest = await startKeys(makeGround(), { isGuest: true });
  assert.equal(guest.list().length, 2);
});
