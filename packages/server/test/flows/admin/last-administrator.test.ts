import assert from 'node:assert/strict';
import test from 'node:test';
import type { House } from '../../../src/base/house.ts';
import { changeUser } from '../../../src/flows/admin/change-user.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteUser } from '../../../src/flows/admin/delete-user.ts';
import { disableUser } from '../../../src/flows/admin/disable-user.ts';
import { deleteAccount } from '../../../src/flows/delete-account.ts';
import { sql } from '../../../src/store/sql.ts';
import {
  actorFor,
  addAccount,
  commandLine,
  openAdminHouse,
  password,
  refusal,
  signIn,
} from './open-admin-house.ts';
import { callerOf, source } from '../test-house.ts';

const lastAdministrator = refusal('last_administrator');

test('A-390: the last active administrator is not demoted, disabled or deleted, not even by the command line', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house, ['admin']);
  const { id: other } = await addAccount(house, ['admin']);
  await disableUser(house, { actor: commandLine, userId: other }, source);
  for (const actor of [commandLine, actorFor(house, { id: userId })]) {
    await assert.rejects(
      changeUser(house, { actor, userId, change: { roles: ['user'] } }, source),
      lastAdministrator,
    );
    await assert.rejects(disableUser(house, { actor, userId }, source), lastAdministrator);
    await assert.rejects(deleteUser(house, { actor, userId }, source), lastAdministrator);
  }
  await changeUser(house, { actor: commandLine, userId, change: { roles: ['admin', 'user'] } }, source);
  await changeUser(house, { actor: commandLine, userId: other, change: { roles: ['user'] } }, source);
  await deleteUser(house, { actor: commandLine, userId: other }, source);
});

test('A-390: the last active administrator cannot leave by the front door either', async (t) => {
  const { house } = await openAdminHouse(t);
  await createUser(house, { actor: commandLine, email: 'a@example.com', password, roles: ['admin'] }, source);
  const caller = await callerOf(house, await signIn(house, 'a@example.com'));
  await assert.rejects(deleteAccount(house, { caller, password }, source), lastAdministrator);
});

test('accounts that are no administrators come and go before there is one', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await addAccount(house);
  await disableUser(house, { actor: commandLine, userId }, source);
  await deleteUser(house, { actor: commandLine, userId }, source);
});

test('A-390: administrators who remove each other at the same moment leave one', async (t) => {
  const { house } = await openAdminHouse(t);
  const attacks = [
    (actorId: string, userId: string) =>
      changeUser(
        house,
        { actor: actorFor(house, { id: actorId }), userId, change: { roles: ['user'] } },
        source,
      ),
    (actorId: string, userId: string) =>
      disableUser(house, { actor: actorFor(house, { id: actorId }), userId }, source),
    (actorId: string, userId: string) =>
      deleteUser(house, { actor: actorFor(house, { id: actorId }), userId }, source),
  ];
  let administrators = [await addAccount(house, ['admin'])];
  for (let round = 0; round < 300; round++) {
    while (administrators.length < 3) administrators.push(await addAccount(house, ['admin']));
    const outcomes = await Promise.allSettled(
      administrators.flatMap(({ id }, actor) =>
        administrators.flatMap((target, index) => {
          const attack = attacks[(round + actor + index) % attacks.length];
          return attack === undefined ? [] : [attack(id, target.id)];
        }),
      ),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'Refusal');
    }
    const active = await readActiveAdministrators(house);
    assert.ok(active.length > 0, `round ${round} left no administrator`);
    administrators = administrators.filter(({ id }) => active.includes(id));
  }
});

async function readActiveAdministrators(house: House): Promise<string[]> {
  const rows = await house.store.read(
    sql<{ id: string }>`SELECT id FROM users JOIN user_roles ON user_id = id
      WHERE role = 'admin' AND disabled_at_ms IS NULL`,
  );
  return rows.map(({ id }) => id);
}
