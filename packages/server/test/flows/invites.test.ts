import assert from 'node:assert/strict';
import test from 'node:test';
import type { House } from '../../src/base/house.ts';
import type { RegistrationMode } from '../../src/base/house.ts';
import { changeRole } from '../../src/flows/admin/change-role.ts';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { createInvite } from '../../src/flows/admin/create-invite.ts';
import { createUser } from '../../src/flows/admin/create-user.ts';
import { deleteInvite } from '../../src/flows/admin/delete-invite.ts';
import { deleteRole } from '../../src/flows/admin/delete-role.ts';
import { disableUser } from '../../src/flows/admin/disable-user.ts';
import { listInvites } from '../../src/flows/admin/list-invites.ts';
import { register } from '../../src/flows/register.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { addActor, addHolder, commandLine, openAdminHouse, refusal } from './admin/open-admin-house.ts';
import { logIn } from './log-in.ts';
import { checkNowhere, countRows, countWinners, lastToken, readMail, roomy } from './mailbox-ground.ts';
import { openTestHouse, password, readActions, source } from './test-house.ts';

const email = 'Bob@example.com';
const week = 7 * 24 * 3_600_000;
const byInvitation = { settings: { registration: 'invite' } } as const;

async function inviteBob(house: House, roles?: readonly string[]): Promise<string> {
  await createInvite(house, { actor: commandLine, email, roles }, source);
  return lastToken(house, 'invite', email);
}

for (const registration of ['invite', 'verify-first', 'closed', 'open'] satisfies RegistrationMode[]) {
  test(`A-154, A-155: an invitation opens one account, while registration is ${registration}`, async (t) => {
    const server = await openTestHouse(t, { settings: { registration } });
    const { house } = server;
    const invite = await inviteBob(house, ['user', 'admin']);
    const outcome = await register(house, { email: 'bob@EXAMPLE.com', password, invite }, source);
    assert.equal(outcome.kind, 'registered');
    const { user } = await logIn(house, { identifier: email, password }, source);
    assert.deepEqual([user.email, user.emailVerified, user.roles], [email, true, ['admin', 'user']]);
    await assert.rejects(register(house, { email, password, invite }, source), refusal('invalid_link'));
    assert.deepEqual((await readActions(house)).slice(0, 2), ['invite.created', 'account.registered']);
    await checkNowhere(server, invite);
  });
}

test('A-154, A-155: by invitation alone, nobody else gets in by any path', async (t) => {
  const { house } = await openTestHouse(t, byInvitation);
  await assert.rejects(register(house, { email, password }, source), refusal('registration_closed'));
  await assert.rejects(register(house, { email, password, invite: 'x' }, source), refusal('invalid_link'));
  const before = { ...house, policy: { ...house.policy, registration: 'verify-first' } } as const;
  await register(before, { email, password }, source);
  const token = await lastToken(house, 'verify-email', email);
  await assert.rejects(verifyEmail(house, { token, password }, source), refusal('registration_closed'));
  await assert.rejects(register(house, { email, password, invite: token }, source), refusal('invalid_link'));
  assert.equal(await countRows(house, 'users'), 0);
});

test('A-155: an invitation is for its own address, and a refused try leaves it', async (t) => {
  const { house } = await openTestHouse(t, byInvitation);
  const invite = await inviteBob(house);
  await assert.rejects(
    register(house, { email: 'eve@example.com', password, invite }, source),
    refusal('invalid_request'),
  );
  await assert.rejects(
    register(house, { email, password: 'short', invite }, source),
    refusal('password_too_short'),
  );
  assert.equal((await register(house, { email, password, invite }, source)).kind, 'registered');
});

test('A-155: an invitation is over after a week, to the millisecond', async (t) => {
  const { house, clock } = await openTestHouse(t, byInvitation);
  const invite = await inviteBob(house);
  clock.advanceMs(week - 1);
  assert.equal((await listInvites(house, {})).items.length, 1);
  clock.advanceMs(1);
  assert.equal((await listInvites(house, {})).items.length, 0);
  await assert.rejects(register(house, { email, password, invite }, source), refusal('invalid_link'));
});

test('A-155: of a hundred who use one invitation at once, one gets the account', async (t) => {
  const { house } = await openTestHouse(t, byInvitation);
  const invite = await inviteBob(house);
  const wins = await countWinners(
    () => register(roomy(house), { email, password, invite }, source),
    ['invalid_link', 'email_taken', 'overloaded'],
  );
  assert.equal(wins, 1);
  assert.equal(await countRows(house, 'users'), 1);
});

test('A-155: a newer invitation of an address replaces the older one, and a withdrawn one opens nothing', async (t) => {
  const { house } = await openTestHouse(t, byInvitation);
  const first = await inviteBob(house, ['admin']);
  await createInvite(house, { actor: commandLine, email: 'BOB@example.com' }, source);
  const second = await lastToken(house, 'invite', 'BOB@example.com');
  await assert.rejects(register(house, { email, password, invite: first }, source), refusal('invalid_link'));
  const { items } = await listInvites(house, {});
  assert.deepEqual(
    items.map((item) => [item.email, item.roles, item.invitedBy]),
    [['BOB@example.com', ['user'], null]],
  );
  assert.ok(!JSON.stringify(items).includes(second));
  const inviteId = items[0]?.id ?? '';
  await deleteInvite(house, { actor: commandLine, inviteId }, source);
  await assert.rejects(deleteInvite(house, { actor: commandLine, inviteId }, source), refusal('not_found'));
  await assert.rejects(register(house, { email, password, invite: second }, source), refusal('invalid_link'));
  assert.deepEqual(await readActions(house), ['invite.created', 'invite.created', 'invite.deleted']);
});

test('A-155: nobody invites to what he lacks, to no role of ours, or whom there is already', async (t) => {
  const { house } = await openAdminHouse(t, { registration: 'invite' });
  const actor = await addHolder(house, 'inviter', ['users:write']);
  const actions = await readActions(house);
  const asking = (roles: readonly string[], to = email): Promise<unknown> =>
    createInvite(house, { actor, email: to, roles }, source);
  await assert.rejects(asking(['admin']), refusal('role_not_grantable'));
  await assert.rejects(asking(['no-such-role']), refusal('unknown_role'));
  await createUser(house, { actor: commandLine, email: 'carol@example.com' }, source);
  await assert.rejects(asking(['inviter'], 'CAROL@example.com'), refusal('email_taken'));
  await assert.rejects(asking(['user'], 'a@example.com,b@example.com'), refusal('invalid_request'));
  assert.deepEqual(await readActions(house), [...actions, 'user.created']);
  assert.deepEqual(await readMail(house), []);
  await asking(['inviter']);
});

const losses: Readonly<
  Record<string, (house: House, author: { readonly userId: string }) => Promise<unknown>>
> = {
  'its author lost the role': (house, { userId }) =>
    changeUser(house, { actor: commandLine, userId, change: { roles: ['user'] } }, source),
  'its author may make no accounts any more': (house, { userId }) =>
    changeUser(house, { actor: commandLine, userId, change: { roles: ['buyer'] } }, source),
  'its author was disabled': (house, { userId }) =>
    disableUser(house, { actor: commandLine, userId }, source),
  'the role grew above its author': (house) =>
    changeRole(
      house,
      { actor: commandLine, name: 'buyer', change: { permissions: ['orders:write', 'keys:write'] } },
      source,
    ),
};

for (const [name, lose] of Object.entries(losses)) {
  test(`A-155: an invitation opens nothing once ${name}`, async (t) => {
    const { house } = await openAdminHouse(t, { registration: 'invite' });
    await addHolder(house, 'buyer', ['orders:write']);
    const actor = await addHolder(house, 'inviter', ['users:write', 'orders:write']);
    await createInvite(house, { actor, email, roles: ['buyer'] }, source);
    const invite = await lastToken(house, 'invite', email);
    await lose(house, actor.caller);
    await assert.rejects(register(house, { email, password, invite }, source), refusal('invalid_link'));
  });
}

test('A-155: an invitation to a role that is gone opens nothing', async (t) => {
  const { house } = await openAdminHouse(t, { registration: 'invite' });
  const { caller } = await addHolder(house, 'guest', ['orders:read']);
  const actor = await addActor(house, ['admin']);
  await createInvite(house, { actor, email, roles: ['guest'] }, source);
  const invite = await lastToken(house, 'invite', email);
  await changeUser(house, { actor, userId: caller.userId, change: { roles: ['user'] } }, source);
  await deleteRole(house, { actor, name: 'guest' }, source);
  await assert.rejects(register(house, { email, password, invite }, source), refusal('invalid_link'));
});

test('invitations are listed page by page, the newest first', async (t) => {
  const { house, clock } = await openTestHouse(t, byInvitation);
  for (const to of ['a@example.com', 'b@example.com', 'c@example.com']) {
    await createInvite(house, { actor: commandLine, email: to }, source);
    clock.advanceMs(1);
  }
  const first = await listInvites(house, { limit: 2 });
  const rest = await listInvites(house, { limit: 2, cursor: first.nextCursor ?? '' });
  assert.deepEqual(
    [first, rest].map(({ items }) => items.map((item) => item.email)),
    [['c@example.com', 'b@example.com'], ['a@example.com']],
  );
  assert.equal(rest.nextCursor, null);
});
