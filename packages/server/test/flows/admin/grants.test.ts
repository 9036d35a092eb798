import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { House } from '../../../src/base/house.ts';
import { Refusal } from '../../../src/base/refusal.ts';
import type { Account } from '../../../src/flows/admin/account.ts';
import { changeRole } from '../../../src/flows/admin/change-role.ts';
import { changeUser } from '../../../src/flows/admin/change-user.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteRole } from '../../../src/flows/admin/delete-role.ts';
import { deleteUser } from '../../../src/flows/admin/delete-user.ts';
import { disableUser } from '../../../src/flows/admin/disable-user.ts';
import { endUserSession } from '../../../src/flows/admin/end-user-session.ts';
import { logOutUser } from '../../../src/flows/admin/log-out-user.ts';
import { readRole } from '../../../src/flows/admin/role.ts';
import { setPassword } from '../../../src/flows/admin/set-password.ts';
import { sql } from '../../../src/store/sql.ts';
import {
  actorFor,
  addAccount,
  addActor,
  addHolder,
  commandLine,
  openAdminHouse,
  password,
  refusal,
  signIn,
} from './open-admin-house.ts';
import { readActions, source } from '../test-house.ts';

const notGrantable = refusal('role_not_grantable');

test('A-388: nobody raises himself', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addHolder(house, 'support', ['users:read', 'users:write', 'roles:write']);
  const { userId } = actor.caller;
  for (const roles of [['admin'], ['support', 'admin']]) {
    await assert.rejects(changeUser(house, { actor, userId, change: { roles } }, source), notGrantable);
  }
  const change = { permissions: ['users:read', 'users:write', 'roles:write', 'users:delete'] };
  await assert.rejects(changeRole(house, { actor, name: 'support', change }, source), notGrantable);
  assert.deepEqual((await readRole(house, 'support')).permissions, [
    'roles:write',
    'users:read',
    'users:write',
  ]);
});

test('A-389: a delegated administrator gives what he holds and nothing else', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addHolder(house, 'support', ['users:write', 'roles:write', 'orders:read']);
  const name = 'x';
  const { id: userId } = await addAccount(house);
  const role = { actor, name, description: '', permissions: ['orders:write'] };
  await assert.rejects(createRole(house, role, source), notGrantable);
  await createRole(house, { ...role, permissions: ['orders:read'] }, source);
  await assert.rejects(
    changeRole(house, { actor, name, change: { permissions: ['orders:write'] } }, source),
    notGrantable,
  );
  const created = await createUser(
    house,
    { actor, email: 'new@example.com', roles: ['support', name] },
    source,
  );
  assert.deepEqual(created.roles, ['support', name]);
  await assert.rejects(
    createUser(house, { actor, email: 'boss@example.com', roles: ['admin'] }, source),
    notGrantable,
  );
  await assert.rejects(
    changeUser(house, { actor, userId, change: { roles: ['admin'] } }, source),
    notGrantable,
  );
});

test('A-389: a role that permits more than its editor holds cannot even be made smaller or removed by him', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addHolder(house, 'editor', ['roles:write']);
  const role = { actor: commandLine, name: 'finance', description: '', permissions: ['money:move'] };
  await createRole(house, role, source);
  await assert.rejects(
    changeRole(house, { actor, name: 'finance', change: { permissions: [] } }, source),
    notGrantable,
  );
  await assert.rejects(deleteRole(house, { actor, name: 'finance' }, source), notGrantable);
});

test('A-389: all permissions of the table do not make an administrator', async (t) => {
  const { house } = await openAdminHouse(t);
  const { permissions } = await readRole(house, 'admin');
  const actor = await addHolder(house, 'deputy', permissions);
  const { id: userId } = await addAccount(house);
  await assert.rejects(
    changeUser(house, { actor, userId, change: { roles: ['admin'] } }, source),
    notGrantable,
  );
  const admin = await addAccount(house, ['admin']);
  await assert.rejects(deleteUser(house, { actor, userId: admin.id }, source), notGrantable);
});

test('an administrator gives permissions that only applications know', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addActor(house, ['admin']);
  await createRole(house, { actor, name: 'shop', description: '', permissions: ['orders:write'] }, source);
  const { id: userId } = await addAccount(house);
  await changeUser(house, { actor, userId, change: { roles: ['shop'] } }, source);
  await setPassword(house, { actor, userId, newPassword: password }, source);
});

test('A-401: an account above one’s own is out of reach of every act', async (t) => {
  const { house } = await openAdminHouse(t);
  const all = ['users:read', 'users:write', 'users:delete', 'sessions:write'];
  const actor = await addHolder(house, 'support', all);
  const boss = { actor: commandLine, email: 'boss@example.com', password, roles: ['admin'] };
  const { id: userId } = await createUser(house, boss, source);
  const { sessionId } = await signIn(house, 'boss@example.com');
  const actions = await readActions(house);
  await assert.rejects(setPassword(house, { actor, userId, newPassword: password }, source), notGrantable);
  await assert.rejects(
    changeUser(house, { actor, userId, change: { email: 'me@example.com' } }, source),
    notGrantable,
  );
  await assert.rejects(changeUser(house, { actor, userId, change: { roles: [] } }, source), notGrantable);
  await assert.rejects(disableUser(house, { actor, userId }, source), notGrantable);
  await assert.rejects(deleteUser(house, { actor, userId }, source), notGrantable);
  await assert.rejects(logOutUser(house, { actor, userId }, source), notGrantable);
  await assert.rejects(endUserSession(house, { actor, sessionId }, source), notGrantable);
  assert.deepEqual(await readActions(house), actions);
});

test('A-256, A-267: an administrator who was demoted or disabled a moment ago gives nothing any more', async (t) => {
  const { house } = await openAdminHouse(t);
  await addActor(house, ['admin']);
  const demoted = await addActor(house, ['admin']);
  const disabled = await addActor(house, ['admin']);
  await changeUser(
    house,
    { actor: commandLine, userId: demoted.caller.userId, change: { roles: ['user'] } },
    source,
  );
  await disableUser(house, { actor: commandLine, userId: disabled.caller.userId }, source);
  for (const actor of [demoted, disabled]) {
    const input = { actor, email: 'x@example.com', roles: ['admin'] };
    await assert.rejects(createUser(house, input, source), notGrantable);
  }
  const input = { actor: disabled, email: 'x@example.com', roles: ['user'] };
  await assert.rejects(createUser(house, input, source), notGrantable);
});

const permissionPool = ['users:write', 'roles:write', 'a', 'b', 'c'];
const roleNames = ['r0', 'r1', 'r2'];
const userCount = 4;

const permissionSets = fc.uniqueArray(fc.constantFrom(...permissionPool));
const roleSets = fc.uniqueArray(fc.constantFrom(...roleNames, 'admin'));
const act = fc.oneof(
  fc.record({
    kind: fc.constant('roles' as const),
    by: fc.nat(userCount - 1),
    to: fc.nat(userCount - 1),
    roles: roleSets,
  }),
  fc.record({
    kind: fc.constant('role' as const),
    by: fc.nat(userCount - 1),
    name: fc.constantFrom(...roleNames),
    permissions: permissionSets,
  }),
  fc.record({ kind: fc.constant('create' as const), by: fc.nat(userCount - 1), roles: roleSets }),
);

test('A-389, property: whatever anybody does, nobody gets what its giver lacked', async (t) => {
  const { house } = await openAdminHouse(t);
  let run = 0;
  const property = fc.asyncProperty(
    fc.array(permissionSets, { minLength: 3, maxLength: 3 }),
    fc.array(roleSets, { minLength: userCount, maxLength: userCount }),
    fc.array(act, { maxLength: 12 }),
    async (rolePermissions, userRoles, acts) => {
      run += 1;
      const own = (name: string): string => (name === 'admin' ? name : `${name}-${run}`);
      for (const [index, permissions] of rolePermissions.entries()) {
        const name = own(`r${index}`);
        await createRole(house, { actor: commandLine, name, description: '', permissions }, source);
      }
      const users: Account[] = [];
      for (const roles of userRoles) users.push(await addAccount(house, roles.map(own)));
      for (const [index, { by, ...what }] of acts.entries()) {
        const actor = users[by];
        if (actor === undefined) continue;
        const before = await readHoldings(house);
        const does = { actor: actorFor(house, actor) };
        await ignoringRefusals(() => {
          if (what.kind === 'role') {
            const change = { permissions: what.permissions };
            return changeRole(house, { ...does, name: own(what.name), change }, source);
          }
          const roles = what.roles.map(own);
          if (what.kind === 'create') {
            return createUser(house, { ...does, email: `p${run}-${index}@example.com`, roles }, source);
          }
          return changeUser(house, { ...does, userId: users[what.to]?.id ?? '', change: { roles } }, source);
        });
        checkNobodyGained(before, await readHoldings(house), actor.id);
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

type Holdings = ReadonlyMap<string, ReadonlySet<string>>;

/** What everybody holds; `role:admin` stands for the power to give anything. */
async function readHoldings(house: House): Promise<Holdings> {
  const rows = await house.store.read(
    sql<{ userId: string; held: string }>`SELECT user_id AS "userId", permission AS held
      FROM user_roles JOIN role_permissions USING (role)
      UNION SELECT user_id, 'role:admin' FROM user_roles WHERE role = 'admin'`,
  );
  const holdings = new Map<string, Set<string>>();
  for (const { userId, held } of rows) holdings.set(userId, (holdings.get(userId) ?? new Set()).add(held));
  return holdings;
}

function checkNobodyGained(before: Holdings, after: Holdings, giver: string): void {
  const given = before.get(giver) ?? new Set();
  if (given.has('role:admin')) return;
  for (const [userId, held] of after) {
    for (const permission of held) {
      const isOld = before.get(userId)?.has(permission) ?? false;
      assert.ok(isOld || given.has(permission), `${permission} was given by one who lacks it`);
    }
  }
}

async function ignoringRefusals(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
