import assert from 'node:assert/strict';
import test from 'node:test';
import { changeRole } from '../../../src/flows/admin/change-role.ts';
import { changeUser } from '../../../src/flows/admin/change-user.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteRole } from '../../../src/flows/admin/delete-role.ts';
import { listRoles } from '../../../src/flows/admin/list-roles.ts';
import { readRole } from '../../../src/flows/admin/role.ts';
import { builtInPermissions, builtInRoles } from '../../../src/rules/permissions.ts';
import { firstRows } from '../../../src/store/first-rows.ts';
import { insertUserRole } from '../../../src/store/users.ts';
import {
  addAccount,
  commandLine,
  openAdminHouse,
  password,
  readEvents,
  refusal,
  signIn,
} from './open-admin-house.ts';
import { callerOf, readActions, source } from '../test-house.ts';

const actor = commandLine;
const clerk = { actor, name: 'clerk', description: 'Sells', permissions: ['orders:read'] };

test('a new house has the roles admin, with every permission, and user, with none', async (t) => {
  const { house } = await openAdminHouse(t);
  const { items } = await listRoles(house, {});
  assert.deepEqual(
    items.map(({ name, permissions, isBuiltIn }) => ({ name, permissions, isBuiltIn })),
    [
      { name: 'admin', permissions: Object.keys(builtInPermissions).sort(), isBuiltIn: true },
      { name: 'user', permissions: [], isBuiltIn: true },
    ],
  );
});

test('another start keeps what was changed and gives admin what a newer version knows', async (t) => {
  const { house } = await openAdminHouse(t);
  await changeRole(
    house,
    { actor, name: 'user', change: { description: 'Guests', permissions: ['a'] } },
    source,
  );
  const roles = { ...builtInRoles, admin: { description: 'Other', permissions: ['news:read'] } };
  assert.equal((await house.store.commit(firstRows(roles, house.now()))).kind, 'committed');
  const user = await readRole(house, 'user');
  assert.deepEqual([user.description, user.permissions], ['Guests', ['a']]);
  const admin = await readRole(house, 'admin');
  assert.equal(admin.description, builtInRoles.admin.description);
  assert.ok(admin.permissions.includes('news:read') && admin.permissions.includes('users:read'));
});

test('names of roles and permissions have one form, without spaces', async (t) => {
  const { house } = await openAdminHouse(t);
  const names = ['', 'Clerk', '1st', 'a b', 'a:b', 'ü', 'a'.repeat(65), 'a\n', '_a'];
  for (const name of names) {
    await assert.rejects(createRole(house, { ...clerk, name }, source), refusal('invalid_request'));
  }
  const permissions = ['', 'Orders', 'orders:', ':read', 'a b', 'a::b', '*', 'a'.repeat(129), 'a:1', 'a\n'];
  for (const permission of permissions) {
    const role = { ...clerk, permissions: [permission] };
    await assert.rejects(createRole(house, role, source), refusal('invalid_request'));
  }
  const tooMany = Array.from({ length: 101 }, (_, i) => `p${i}`);
  await assert.rejects(
    createRole(house, { ...clerk, permissions: tooMany }, source),
    refusal('invalid_request'),
  );
  await assert.rejects(
    createRole(house, { ...clerk, description: 'a\nb' }, source),
    refusal('invalid_request'),
  );
  const most = await createRole(house, { ...clerk, permissions: tooMany.slice(1) }, source);
  assert.equal(most.permissions.length, 100);
});

test('a name is taken once', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  await assert.rejects(createRole(house, clerk, source), refusal('role_taken'));
  await assert.rejects(createRole(house, { ...clerk, name: 'admin' }, source), refusal('role_taken'));
});

test('admin never changes; what is built in, held, or given by registration stays', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  await addAccount(house, ['clerk']);
  const inUse = refusal('role_in_use');
  await assert.rejects(
    changeRole(house, { actor, name: 'admin', change: { permissions: [] } }, source),
    inUse,
  );
  for (const name of ['admin', 'user', 'clerk']) {
    await assert.rejects(deleteRole(house, { actor, name }, source), inUse);
  }
  await assert.rejects(deleteRole(house, { actor, name: 'nothing' }, source), refusal('not_found'));
  const givenByRegistration = { ...house, policy: { ...house.policy, defaultRole: 'guest' } };
  await createRole(house, { ...clerk, name: 'guest' }, source);
  await assert.rejects(deleteRole(givenByRegistration, { actor, name: 'guest' }, source), inUse);
  await deleteRole(house, { actor, name: 'guest' }, source);
  await assert.rejects(readRole(house, 'guest'), refusal('not_found'));
});

test('a role is not removed from under somebody who gets it at the same moment', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  for (let round = 0; round < 20; round++) {
    const name = `r${round}`;
    await createRole(house, { ...clerk, name }, source);
    const [given, removed] = await Promise.allSettled([
      changeUser(house, { actor, userId, change: { roles: [name] } }, source),
      deleteRole(house, { actor, name }, source),
    ]);
    assert.notEqual(given.status, removed.status);
  }
});

test('other permissions count at once for every holder, and sessions go on', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  const { id } = await createUser(
    house,
    { actor, email: 'a@example.com', password, roles: ['clerk'] },
    source,
  );
  const { id: other } = await addAccount(house, ['clerk']);
  await addAccount(house);
  const session = await signIn(house, 'a@example.com');
  await changeRole(house, { actor, name: 'clerk', change: { permissions: ['orders:write'] } }, source);
  assert.deepEqual((await callerOf(house, session)).permissions, ['orders:write']);
  assert.deepEqual(
    await readEvents(house),
    [id, other].sort().map((subject) => ({ scope: 'user-claims', subject })),
  );
});

test('another description ends nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  await addAccount(house, ['clerk']);
  const change = { description: 'Sells more', permissions: ['orders:read'] };
  assert.equal((await changeRole(house, { actor, name: 'clerk', change }, source)).description, 'Sells more');
  assert.deepEqual(await readEvents(house), []);
  await changeRole(house, { actor, name: 'clerk', change }, source);
  assert.equal((await readActions(house)).filter((action) => action === 'role.changed').length, 1);
});

test('above a hundred holders one event ends all tokens', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  const accounts = await Promise.all(Array.from({ length: 101 }, () => addAccount(house)));
  const [first, ...others] = accounts;
  await house.store.commit(others.map(({ id }) => insertUserRole(id, 'clerk')));
  await changeRole(house, { actor, name: 'clerk', change: { permissions: ['a'] } }, source);
  assert.equal((await readEvents(house)).length, 100);
  await house.store.commit([insertUserRole(first?.id ?? '', 'clerk')]);
  await changeRole(house, { actor, name: 'clerk', change: { permissions: ['b'] } }, source);
  assert.deepEqual((await readEvents(house)).slice(100), [{ scope: 'everything', subject: '' }]);
});

test('whoever gets a role while it changes is not forgotten by the events', async (t) => {
  const { house } = await openAdminHouse(t);
  await createRole(house, clerk, source);
  for (let round = 0; round < 30; round++) {
    const { id: userId } = await addAccount(house);
    const before = (await readEvents(house)).length;
    await Promise.all([
      changeUser(house, { actor, userId, change: { roles: ['clerk'] } }, source),
      changeRole(
        house,
        { actor, name: 'clerk', change: { permissions: [`p:r${'x'.repeat(round)}`] } },
        source,
      ),
    ]);
    const events = (await readEvents(house)).slice(before).filter(({ subject }) => subject === userId);
    const rows = (await readActions(house)).slice(-2);
    // Given first: once for the giving and once for the change. Changed first: the giving says it all.
    assert.equal(events.length, rows[0] === 'user.roles-changed' ? 2 : 1, `round ${round}: ${rows.join()}`);
  }
});
