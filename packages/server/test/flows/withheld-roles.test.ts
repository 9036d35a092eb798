import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { createRole } from '../../src/flows/admin/create-role.ts';
import { createUser } from '../../src/flows/admin/create-user.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { readProfile } from '../../src/flows/read-profile.ts';
import { refresh } from '../../src/flows/refresh.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { insertUserRole } from '../../src/store/users.ts';
import { sql } from '../../src/store/sql.ts';
import type { TestServer } from '../../src/testing.ts';
import { appCode, withApp } from './factor-ground.ts';
import { callerOf, claimsOf, signInAlice, source } from './test-house.ts';

const settings = { rolesRequiringSecondFactor: ['admin'] };

function withPolicy(house: House, rolesRequiringSecondFactor: readonly string[]): House {
  return { ...house, policy: { ...house.policy, rolesRequiringSecondFactor } };
}

async function makeAdmin({ house }: TestServer, { user }: SignedIn): Promise<void> {
  await house.store.commit([insertUserRole(user.id, 'admin')]);
}

/** An administrator whose session began with a password alone. */
async function openWeakAdmin(t: TestContext) {
  const alice = await signInAlice(t, { settings });
  await makeAdmin(alice, alice.signedIn);
  return alice;
}

test('A-171, A-406: a password alone makes no administrator, in tokens, live or in the profile', async (t) => {
  const alice = await openWeakAdmin(t);
  const { house, signedIn } = alice;
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: 'a' }, source);
  assert.deepEqual(claimsOf(renewed.accessToken).roles, ['user']);
  assert.deepEqual([renewed.user.roles, renewed.user.permissions], [['user'], []]);
  const caller = await callerOf(house, renewed);
  assert.deepEqual([caller.roles, caller.permissions], [['user'], []]);
  assert.deepEqual(caller.withheld.roles, ['admin']);
  assert.ok(caller.withheld.permissions.includes('users:write'));
  assert.deepEqual((await readProfile(house, caller)).roles, ['user']);
});

test('A-170, A-406: whoever enrols a factor and signs in with it has the role', async (t) => {
  const app = await withApp(t, { settings });
  await makeAdmin(app, app.signedIn);
  const weak = await refresh(app.house, { refreshToken: app.signedIn.refreshToken, requestId: 'a' }, source);
  assert.deepEqual(
    claimsOf(weak.accessToken).roles,
    ['user'],
    'a factor that was not asked for proves nothing',
  );
  const { challengeId } = await app.begin();
  const code = appCode(app.secret, app.clock.now());
  const strong = await finishSecondFactor(app.house, { challengeId, factor: 'totp', code }, source);
  assert.deepEqual(claimsOf(strong.accessToken).roles, ['admin', 'user']);
  const caller = await callerOf(app.house, strong);
  assert.ok(caller.permissions.includes('users:write'));
  assert.deepEqual(caller.withheld, { roles: [], permissions: [] });
});

test('A-200: a policy that is turned on takes the role from live sessions at once, and from tokens at the next refresh', async (t) => {
  const alice = await signInAlice(t);
  await makeAdmin(alice, alice.signedIn);
  const before = await refresh(
    alice.house,
    { refreshToken: alice.signedIn.refreshToken, requestId: 'a' },
    source,
  );
  assert.deepEqual(claimsOf(before.accessToken).roles, ['admin', 'user']);
  const strict = withPolicy(alice.house, ['admin']);
  assert.deepEqual((await callerOf(strict, before)).permissions, []);
  const after = await refresh(strict, { refreshToken: before.refreshToken, requestId: 'b' }, source);
  assert.deepEqual(claimsOf(after.accessToken).roles, ['user']);
  const repeated = await refresh(strict, { refreshToken: before.refreshToken, requestId: 'b' }, source);
  assert.deepEqual(claimsOf(repeated.accessToken).roles, ['user'], 'a repeated answer too');
});

test('A-177: a session that lost its second factor loses the role with it', async (t) => {
  const app = await withApp(t, { settings });
  await makeAdmin(app, app.signedIn);
  const { challengeId } = await app.begin();
  const code = appCode(app.secret, app.clock.now());
  const strong = await finishSecondFactor(app.house, { challengeId, factor: 'totp', code }, source);
  await app.house.store.commit([sql`UPDATE sessions SET amr = 'pwd' WHERE id = ${strong.sessionId}`]);
  assert.deepEqual((await callerOf(app.house, strong)).roles, ['user']);
  const renewed = await refresh(app.house, { refreshToken: strong.refreshToken, requestId: 'a' }, source);
  assert.deepEqual(claimsOf(renewed.accessToken).roles, ['user']);
  assert.equal(claimsOf(renewed.accessToken).acr, 'aal1');
});

test('A-406: a withheld role gives nothing away, not even through another permission', async (t) => {
  const { house, signedIn } = await openWeakAdmin(t);
  await house.store.commit([
    sql`INSERT INTO roles (name, description, built_in, created_at_ms) VALUES ('clerk', '', 0, 0)`,
    sql`INSERT INTO role_permissions (role, permission) VALUES ('clerk', 'users:write')`,
    insertUserRole(signedIn.user.id, 'clerk'),
  ]);
  const caller = await callerOf(house, signedIn);
  assert.deepEqual(caller.permissions, ['users:write'], 'another role brings it too');
  const actor = { kind: 'user', caller } as const;
  const notGrantable = { code: 'role_not_grantable' };
  await assert.rejects(
    createUser(house, { actor, email: 'b@example.com', roles: ['admin'] }, source),
    notGrantable,
  );
  const role = { actor, name: 'all', description: '', permissions: ['audit:read'] };
  await assert.rejects(createRole(house, role, source), notGrantable);
  await createUser(house, { actor, email: 'c@example.com', roles: ['clerk'] }, source);
});

test('A-406: the API names the way to a withheld permission, and refuses others as before', async (t) => {
  const alice = await openWeakAdmin(t);
  const ask = (path: string) =>
    alice.fetch(path, { headers: { authorization: `Bearer ${alice.signedIn.accessToken}` } });
  const refused = await ask('/v1/admin/users');
  assert.equal(refused.status, 401);
  assert.equal(
    refused.headers.get('www-authenticate'),
    'Bearer error="insufficient_user_authentication", acr_values="aal2"',
  );
  await alice.house.store.commit([sql`DELETE FROM user_roles WHERE role = 'admin'`]);
  assert.equal((await ask('/v1/admin/users')).status, 403);
  assert.equal((await ask('/v1/me')).status, 200, 'nobody is locked out');
});

test('nothing is withheld while no role is named', async (t) => {
  const alice = await signInAlice(t);
  await makeAdmin(alice, alice.signedIn);
  const caller = await callerOf(alice.house, alice.signedIn);
  assert.deepEqual(caller.roles, ['admin', 'user']);
  assert.deepEqual(caller.withheld, { roles: [], permissions: [] });
});
