import assert from 'node:assert/strict';
import test from 'node:test';
import { readAccount } from '../../../src/flows/admin/account.ts';
import { changeUser } from '../../../src/flows/admin/change-user.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteUser } from '../../../src/flows/admin/delete-user.ts';
import { disableUser, enableUser } from '../../../src/flows/admin/disable-user.ts';
import { findUserByName } from '../../../src/flows/admin/find-user.ts';
import { logOutUser } from '../../../src/flows/admin/log-out-user.ts';
import { setPassword } from '../../../src/flows/admin/set-password.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { register } from '../../../src/flows/register.ts';
import { sql } from '../../../src/store/sql.ts';
import {
  addAccount,
  addActor,
  commandLine,
  countRows,
  openAdminHouse,
  password,
  readEvents,
  refusal,
  signIn,
} from './open-admin-house.ts';
import { callerOf, readActions, source } from '../test-house.ts';

const bob = { actor: commandLine, email: 'bob@example.com', password, username: 'bob' };

test('A-154: an administrator creates accounts while registration is closed to everybody else', async (t) => {
  const { house } = await openAdminHouse(t, { registration: 'closed' });
  const actor = await addActor(house, ['admin']);
  await assert.rejects(
    register(house, { email: 'x@example.com', password }, source),
    refusal('registration_closed'),
  );
  const account = await createUser(house, { ...bob, actor }, source);
  assert.deepEqual(account.roles, ['user']);
  assert.equal((await signIn(house, 'bob')).user.id, account.id);
});

test('an account without a password cannot be signed in to until one is set', async (t) => {
  const { house } = await openAdminHouse(t);
  const account = await createUser(house, { actor: commandLine, email: 'bob@example.com' }, source);
  await assert.rejects(signIn(house, 'bob@example.com'), refusal('invalid_credentials'));
  await setPassword(house, { actor: commandLine, userId: account.id, newPassword: password }, source);
  assert.equal((await signIn(house, 'bob@example.com')).user.id, account.id);
});

test('A-122: names that differ in case or width only are the same name', async (t) => {
  const { house } = await openAdminHouse(t);
  const first = await createUser(house, bob, source);
  const other = await addAccount(house);
  for (const email of ['BOB@EXAMPLE.COM', 'ｂｏｂ@example.com']) {
    await assert.rejects(
      createUser(house, { ...bob, email, username: 'other' }, source),
      refusal('email_taken'),
    );
    await assert.rejects(
      changeUser(house, { actor: commandLine, userId: other.id, change: { email } }, source),
      refusal('email_taken'),
    );
  }
  await assert.rejects(
    changeUser(house, { actor: commandLine, userId: other.id, change: { username: 'BOB' } }, source),
    refusal('username_taken'),
  );
  assert.equal((await findUserByName(house, 'BOB')).id, first.id);
  assert.equal((await findUserByName(house, 'Bob@Example.com')).id, first.id);
});

test('a change that is refused in one part changes nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  const account = await createUser(house, bob, source);
  const actions = await readActions(house);
  const change = { name: 'Robert', roles: ['user', 'no-such-role'], disabled: true };
  await assert.rejects(
    changeUser(house, { actor: commandLine, userId: account.id, change }, source),
    refusal('unknown_role'),
  );
  assert.deepEqual(await readAccount(house, account.id), account);
  assert.deepEqual(await readActions(house), actions);
  assert.deepEqual(await readEvents(house), []);
});

test('disabling ends sessions and tokens, and enabling brings none back', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const before = await signIn(house, 'bob');
  assert.notEqual((await disableUser(house, { actor: commandLine, userId }, source)).disabledAtMs, null);
  assert.deepEqual(await readEvents(house), [{ scope: 'user', subject: userId }]);
  await assert.rejects(callerOf(house, before), refusal('invalid_token'));
  await assert.rejects(signIn(house, 'bob'), refusal('invalid_credentials'));
  await enableUser(house, { actor: commandLine, userId }, source);
  await assert.rejects(
    refresh(house, { refreshToken: before.refreshToken, requestId: undefined }, source),
    refusal('invalid_grant'),
  );
  await callerOf(house, await signIn(house, 'bob'));
});

test('roles count at once and leave sessions open', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const session = await signIn(house, 'bob');
  await changeUser(house, { actor: commandLine, userId, change: { roles: ['admin', 'user'] } }, source);
  assert.deepEqual(await readEvents(house), [{ scope: 'user-claims', subject: userId }]);
  assert.ok((await callerOf(house, session)).permissions.includes('users:delete'));
  const { user } = await refresh(house, { refreshToken: session.refreshToken, requestId: undefined }, source);
  assert.deepEqual(user.roles, ['admin', 'user']);
});

test('signing a user out ends everything, once, and lets the user sign in again', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const sessions = [await signIn(house, 'bob'), await signIn(house, 'bob')];
  await logOutUser(house, { actor: commandLine, userId }, source);
  for (const session of sessions) await assert.rejects(callerOf(house, session), refusal('invalid_token'));
  assert.deepEqual(await readEvents(house), [{ scope: 'user', subject: userId }]);
  await callerOf(house, await signIn(house, 'bob'));
});

test('a password that an administrator sets replaces the old one and ends sessions', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const before = await signIn(house, 'bob');
  const actor = await addActor(house, ['admin']);
  await assert.rejects(
    setPassword(house, { actor, userId, newPassword: 'too short' }, source),
    refusal('password_too_short'),
  );
  await setPassword(house, { actor, userId, newPassword: 'another lantern entirely' }, source);
  await assert.rejects(callerOf(house, before), refusal('invalid_token'));
  await assert.rejects(signIn(house, 'bob'), refusal('invalid_credentials'));
  assert.deepEqual(await readEvents(house), [{ scope: 'user', subject: userId }]);
});

test('A-197: what could take an account over asks an administrator for a recent sign-in, and is written down', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const actor = await addActor(house, ['admin']);
  clock.advanceMs((house.policy.recentSignInSeconds + 1) * 1000);
  const needsSignIn = refusal('insufficient_user_authentication');
  const newPassword = 'another lantern entirely';
  await assert.rejects(setPassword(house, { actor, userId, newPassword }, source), needsSignIn);
  await assert.rejects(
    changeUser(house, { actor, userId, change: { email: 'mine@example.com' } }, source),
    needsSignIn,
  );
  await changeUser(house, { actor, userId, change: { name: 'Robert' } }, source);
  await setPassword(house, { actor: commandLine, userId, newPassword }, source);
  assert.deepEqual((await readActions(house)).slice(-2), ['user.changed', 'user.password-set']);
});

test('A-439, A-158: deleting leaves a tombstone and nothing else, and the id is never used again', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, bob, source);
  const session = await signIn(house, 'bob');
  await deleteUser(house, { actor: commandLine, userId }, source);
  assert.deepEqual(await readEvents(house), [{ scope: 'user', subject: userId }]);
  for (const table of ['passwords', 'user_roles', 'sessions'] as const) {
    assert.equal(await countRows(house, table, userId), 0);
  }
  assert.equal((await house.store.read(sql`SELECT id FROM deleted_users WHERE id = ${userId}`)).length, 1);
  await assert.rejects(
    refresh(house, { refreshToken: session.refreshToken, requestId: undefined }, source),
    refusal('invalid_grant'),
  );
  const again = await createUser(house, bob, source);
  assert.notEqual(again.id, userId);
  assert.deepEqual(again.roles, ['user']);
  const text = JSON.stringify(await house.store.read(sql`SELECT * FROM audit`));
  assert.doesNotMatch(text, /bob/i, 'the audit table outlives the account and must not name it');
});

test('A-158: an act on a deleted user, or on an id that cannot be one, finds nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: gone } = await addAccount(house);
  const actor = await addActor(house, ['admin']);
  await deleteUser(house, { actor, userId: gone }, source);
  for (const userId of [gone, 'A'.repeat(22), "' OR 1=1 --", '']) {
    const notFound = refusal('not_found');
    await assert.rejects(readAccount(house, userId), notFound);
    await assert.rejects(changeUser(house, { actor, userId, change: { name: 'x' } }, source), notFound);
    await assert.rejects(deleteUser(house, { actor, userId }, source), notFound);
    await assert.rejects(logOutUser(house, { actor, userId }, source), notFound);
    await assert.rejects(setPassword(house, { actor, userId, newPassword: password }, source), notFound);
  }
});

test('of concurrent deletions of one user exactly one happens', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => deleteUser(house, { actor: commandLine, userId }, source)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal((await readEvents(house)).length, 1);
});

test('of two administrators who disable one user at the same moment, one is told to look again', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  const outcomes = await Promise.allSettled([
    disableUser(house, { actor: commandLine, userId }, source),
    disableUser(house, { actor: commandLine, userId }, source),
  ]);
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  assert.deepEqual(refused, ['conflict']);
  assert.equal((await readEvents(house)).length, 1);
});

test('a change to what is so already writes nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  const account = await createUser(house, { ...bob, name: 'Bob' }, source);
  const actions = await readActions(house);
  const change = {
    email: account.email,
    username: 'bob',
    name: 'Bob',
    disabled: false,
    roles: ['user', 'user'],
  };
  assert.deepEqual(
    await changeUser(house, { actor: commandLine, userId: account.id, change }, source),
    account,
  );
  assert.deepEqual(await readActions(house), actions);
});

test('roles are bounded in number and form', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  for (const roles of [['Admin'], ['a b'], ['a'.repeat(65)], Array.from({ length: 21 }, (_, i) => `r${i}`)]) {
    await assert.rejects(
      changeUser(house, { actor: commandLine, userId, change: { roles } }, source),
      refusal('invalid_request'),
    );
  }
});
