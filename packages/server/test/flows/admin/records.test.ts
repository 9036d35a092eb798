import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { changeClient } from '../../../src/flows/admin/change-client.ts';
import { changeRole } from '../../../src/flows/admin/change-role.ts';
import { changeUser } from '../../../src/flows/admin/change-user.ts';
import { createClient } from '../../../src/flows/admin/create-client.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteClient } from '../../../src/flows/admin/delete-client.ts';
import { deleteRole } from '../../../src/flows/admin/delete-role.ts';
import { deleteUser } from '../../../src/flows/admin/delete-user.ts';
import { disableUser, enableUser } from '../../../src/flows/admin/disable-user.ts';
import { endUserSession } from '../../../src/flows/admin/end-user-session.ts';
import { listAudit } from '../../../src/flows/admin/list-audit.ts';
import { listKeys } from '../../../src/flows/admin/list-keys.ts';
import { logOutUser } from '../../../src/flows/admin/log-out-user.ts';
import { rotateClientSecret } from '../../../src/flows/admin/rotate-client-secret.ts';
import { rotateKeys } from '../../../src/flows/admin/rotate-keys.ts';
import { setPassword } from '../../../src/flows/admin/set-password.ts';
import { sql } from '../../../src/store/sql.ts';
import {
  addAccount,
  addActor,
  commandLine,
  openAdminHouse,
  password,
  readEvents,
  refusal,
  signIn,
} from './open-admin-house.ts';
import { callerOf, readActions, source } from '../test-house.ts';

test('A-407, A-410: each act leaves one row that names actor and subject, and no secret', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addActor(house, ['admin']);
  const newPassword = 'a canary behind the stove';
  const user = await createUser(house, { actor, email: 'canary@example.com', password: newPassword }, source);
  const { id: userId } = user;
  await changeUser(
    house,
    { actor, userId, change: { email: 'canary2@example.com', name: 'Canary' } },
    source,
  );
  await createRole(house, { actor, name: 'clerk', description: '', permissions: ['a'] }, source);
  await changeRole(house, { actor, name: 'clerk', change: { permissions: [] } }, source);
  await changeUser(house, { actor, userId, change: { roles: ['clerk'] } }, source);
  await changeUser(house, { actor, userId, change: { roles: ['user'] } }, source);
  await deleteRole(house, { actor, name: 'clerk' }, source);
  await disableUser(house, { actor, userId }, source);
  await enableUser(house, { actor, userId }, source);
  await setPassword(house, { actor, userId, newPassword }, source);
  await logOutUser(house, { actor, userId }, source);
  await deleteUser(house, { actor, userId }, source);
  const { client, clientSecret } = await createClient(house, { actor, name: 'Canary', scopes: [] }, source);
  const rotated = await rotateClientSecret(house, { actor, clientId: client.id }, source);
  await changeClient(house, { actor, clientId: client.id, change: { name: 'Canary 2' } }, source);
  await deleteClient(house, { actor, clientId: client.id }, source);

  const { items } = await listAudit(house, { userId: actor.caller.userId });
  assert.deepEqual(items.map(({ action, subject }) => `${action} ${subject}`).reverse(), [
    `user.created ${actor.caller.userId}`,
    `user.created ${userId}`,
    `user.changed ${userId}`,
    'role.created clerk',
    'role.changed clerk',
    `user.roles-changed ${userId}`,
    `user.roles-changed ${userId}`,
    'role.deleted clerk',
    `user.disabled ${userId}`,
    `user.enabled ${userId}`,
    `user.password-set ${userId}`,
    `user.signed-out ${userId}`,
    `user.deleted ${userId}`,
    `client.created ${client.id}`,
    `client.secret-rotated ${client.id}`,
    `client.changed ${client.id}`,
    `client.deleted ${client.id}`,
  ]);
  const everything = JSON.stringify(await house.store.read(sql`SELECT * FROM audit, revocations`));
  for (const secret of [newPassword, clientSecret, rotated.clientSecret, 'anary', 'argon2']) {
    assert.ok(!everything.includes(secret), 'the audit table or the feed holds a secret or a name');
  }
});

test('a change of several things leaves a row for each and one event', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  const change = { name: 'New', roles: ['admin'], disabled: true };
  await addActor(house, ['admin']);
  await changeUser(house, { actor: commandLine, userId, change }, source);
  assert.deepEqual((await readActions(house)).slice(-3), [
    'user.changed',
    'user.roles-changed',
    'user.disabled',
  ]);
  assert.deepEqual(await readEvents(house), [{ scope: 'user', subject: userId }]);
});

test('A-409: what cannot be written into the audit table does not happen', async (t) => {
  const { house, databaseFile } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  const database = new DatabaseSync(databaseFile);
  t.after(() => database.close());
  database.exec(`CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END`);
  const actor = commandLine;
  const before = await house.store.read(sql`SELECT * FROM users`);
  await assert.rejects(deleteUser(house, { actor, userId }, source));
  await assert.rejects(disableUser(house, { actor, userId }, source));
  await assert.rejects(createUser(house, { actor, email: 'x@example.com' }, source));
  await assert.rejects(createClient(house, { actor, name: 'x', scopes: [] }, source));
  assert.deepEqual(await house.store.read(sql`SELECT * FROM users`), before);
  assert.deepEqual(await readEvents(house), []);
});

test('the audit table is read newest first, by user, by action and on pages', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addActor(house, ['admin']);
  const { id: userId } = await addAccount(house);
  const act = { actor, userId };
  for (const change of [{ name: 'a' }, { name: 'b' }, { disabled: true }]) {
    await changeUser(house, { ...act, change }, source);
  }
  const actions = async (request: Parameters<typeof listAudit>[1]): Promise<string[]> =>
    (await listAudit(house, request)).items.map(({ action }) => action);
  const all = ['user.disabled', 'user.changed', 'user.changed', 'user.created', 'user.created'];
  assert.deepEqual(await actions({}), all);
  assert.deepEqual(await actions({ userId }), all.slice(0, 4));
  assert.deepEqual(await actions({ userId: actor.caller.userId }), all.slice(0, 4));
  assert.deepEqual(await actions({ action: 'user.changed' }), ['user.changed', 'user.changed']);
  assert.deepEqual(await actions({ action: 'user.created', userId }), ['user.created']);
  const first = await listAudit(house, { userId, limit: 3 });
  const second = await listAudit(house, { userId, limit: 3, cursor: first.nextCursor ?? '' });
  assert.deepEqual(
    [...first.items, ...second.items].map(({ action }) => action),
    all.slice(0, 4),
  );
  assert.equal(second.nextCursor, null);
  const [newest] = first.items;
  assert.equal(newest?.address, source.address);
  assert.equal(newest?.sessionId, actor.caller.sessionId);
});

test('ending a session ends it and no other', async (t) => {
  const { house } = await openAdminHouse(t);
  const bob = { actor: commandLine, email: 'bob@example.com', password };
  const { id: userId } = await createUser(house, bob, source);
  const [ended, open] = [await signIn(house, 'bob@example.com'), await signIn(house, 'bob@example.com')];
  const { sessionId } = ended;
  await endUserSession(house, { actor: commandLine, sessionId }, source);
  await assert.rejects(callerOf(house, ended), refusal('invalid_token'));
  await callerOf(house, open);
  assert.deepEqual(await readEvents(house), [{ scope: 'session', subject: sessionId }]);
  const [row] = (await listAudit(house, { action: 'session.ended' })).items;
  assert.deepEqual([row?.subject, row?.sessionId], [userId, sessionId]);
  for (const unknown of [sessionId, 'A'.repeat(22), "'"]) {
    await assert.rejects(
      endUserSession(house, { actor: commandLine, sessionId: unknown }, source),
      refusal('not_found'),
    );
  }
});

test('keys are rotated once, whoever asks at the same moment, and shown without their private part', async (t) => {
  const { house } = await openAdminHouse(t);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => rotateKeys(house, { actor: commandLine }, source)),
  );
  const done = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  assert.equal(done.length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'rotation_pending');
  }
  assert.deepEqual(await readActions(house), ['key.rotated']);
  const keys = listKeys(house);
  assert.ok(keys.some(({ keyId }) => keyId === done[0]?.value.keyId));
  assert.doesNotMatch(JSON.stringify(keys), /private|sealed|"d"/);
});

test('with a shared secret there are no keys to rotate', async (t) => {
  const { house } = await openAdminHouse(t, {
    signingAlgorithm: 'HS256',
    signingSecret: randomBytes(32).toString('base64url'),
  });
  await assert.rejects(rotateKeys(house, { actor: commandLine }, source), refusal('not_found'));
  assert.deepEqual(await readActions(house), []);
});
