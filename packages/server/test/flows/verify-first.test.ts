import assert from 'node:assert/strict';
import test from 'node:test';
import { addUser } from '../../src/flows/add-user.ts';
import { askForEmailProof } from '../../src/flows/ask-for-email-proof.ts';
import { askForReset } from '../../src/flows/ask-for-reset.ts';
import { changeProfile } from '../../src/flows/change-profile.ts';
import { register } from '../../src/flows/register.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { findUser } from '../../src/store/users.ts';
import { logIn } from './log-in.ts';
import {
  checkNowhere,
  countRows,
  countWinners,
  lastMail,
  lastToken,
  readMail,
  roomy,
  tokenOf,
  verifyFirst,
} from './mailbox-ground.ts';
import {
  callerOf,
  countStore,
  openTestHouse,
  password,
  readActions,
  signInAlice,
  source,
} from './test-house.ts';

const email = 'alice@example.com';
const thiefsPassword = 'what the thief has chosen';
const invalidLink = { code: 'invalid_link' };
const badCredentials = { code: 'invalid_credentials' };

test('A-109: where the mailbox comes first, there is no account before the link and the password', async (t) => {
  const server = await openTestHouse(t, verifyFirst);
  const { house } = server;
  const outcome = await register(house, { email, password, username: 'alice', name: 'Alice' }, source);
  assert.deepEqual(outcome, { kind: 'mailed' });
  const token = await lastToken(house, 'verify-email', email);
  assert.equal(await countRows(house, 'users'), 0);
  await assert.rejects(logIn(house, { identifier: email, password }, source), badCredentials);
  await assert.rejects(verifyEmail(house, { token }, source), { code: 'invalid_request' });
  await verifyEmail(house, { token, password }, source);
  const { user } = await logIn(house, { identifier: 'alice', password }, source);
  assert.deepEqual([user.email, user.name, user.emailVerified, user.roles], [email, 'Alice', true, ['user']]);
  await assert.rejects(verifyEmail(house, { token, password }, source), invalidLink);
  await checkNowhere(server, token);
});

test('A-109, A-110: a taken address gets the same answer, the same work, and its owner a mail', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  const actor = { kind: 'command-line' } as const;
  await addUser(house, { email, password, roles: ['user'] }, { action: 'user.created', actor, source });
  let hashes = 0;
  const hashing = {
    waiting: 0,
    run<Result>(task: () => Promise<Result>) {
      hashes += 1;
      return house.hashing.run(task);
    },
  };
  const counting = { ...house, hashing };
  const taken = await register(counting, { email: 'ALICE@example.com', password }, source);
  assert.equal(hashes, 1);
  const free = await register(counting, { email: 'bob@example.com', password }, source);
  assert.equal(hashes, 2);
  assert.deepEqual(taken, free);
  const mail = await readMail(house);
  assert.deepEqual(mail.map(({ template, recipient }) => `${template} ${recipient}`).sort(), [
    `registration-attempt ${email}`,
    'verify-email bob@example.com',
  ]);
});

test('A-108, A-110: whether there is an account is looked up after the answer', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  const { house: counted, counts } = countStore(house);
  await register(counted, { email, password }, source);
  askForEmailProof(counted, { email }, source);
  askForReset(counted, email, source);
  assert.deepEqual(counts, { reads: 0, commits: 0 });
  await house.afterwards.settled();
  assert.deepEqual(counts, { reads: 3, commits: 1 });
});

test('A-152: nobody’s link makes an account with somebody else’s password', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password: thiefsPassword, username: 'thief', name: 'Thief' }, source);
  const ofThief = await lastToken(house, 'verify-email', email);
  await assert.rejects(verifyEmail(house, { token: ofThief, password }, source), badCredentials);
  assert.equal(await countRows(house, 'users'), 0);
  await register(house, { email, password, username: 'alice' }, source);
  const own = await lastToken(house, 'verify-email', email);
  await assert.rejects(verifyEmail(house, { token: own, password: thiefsPassword }, source), badCredentials);
  await verifyEmail(house, { token: own, password }, source);
  await assert.rejects(logIn(house, { identifier: email, password: thiefsPassword }, source), badCredentials);
  const { user } = await logIn(house, { identifier: email, password }, source);
  assert.deepEqual([user.username, user.name], ['alice', null]);
  await assert.rejects(verifyEmail(house, { token: ofThief, password: thiefsPassword }, source), {
    code: 'email_taken',
  });
});

test('a link is worth nothing after ten tries, and after a day', async (t) => {
  const { house, clock } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password }, source);
  const token = await lastToken(house, 'verify-email', email);
  for (let n = 0; n < 10; n++) {
    await assert.rejects(
      verifyEmail(house, { token, password: 'a guess of somebody' }, source),
      badCredentials,
    );
  }
  await assert.rejects(verifyEmail(house, { token, password }, source), invalidLink);
  await register(house, { email, password }, source);
  const another = await lastToken(house, 'verify-email', email);
  clock.advanceMs(24 * 3_600_000);
  await assert.rejects(verifyEmail(house, { token: another, password }, source), invalidLink);
});

test('a user name that was taken meanwhile leaves the link, and another one can be given', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password, username: 'alice' }, source);
  const token = await lastToken(house, 'verify-email', email);
  const actor = { kind: 'command-line' } as const;
  const other = { email: 'other@example.com', username: 'Alice', roles: [] };
  await addUser(house, other, { action: 'user.created', actor, source });
  await assert.rejects(verifyEmail(house, { token, password }, source), { code: 'username_taken' });
  await verifyEmail(house, { token, password, username: 'alice2' }, source);
  assert.equal((await logIn(house, { identifier: 'alice2', password }, source)).user.email, email);
});

test('A-156: of a hundred who prove one registration at once, one makes the account', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password }, source);
  const token = await lastToken(house, 'verify-email', email);
  const wins = await countWinners(
    () => verifyEmail(roomy(house), { token, password }, source),
    ['invalid_link', 'email_taken', 'overloaded'],
  );
  assert.equal(wins, 1);
  assert.equal(await countRows(house, 'users'), 1);
});

test('A-154, A-155: a registration that was asked for is not made once registration is closed', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password }, source);
  const token = await lastToken(house, 'verify-email', email);
  const closed = { ...house, policy: { ...house.policy, registration: 'closed' } } as const;
  await assert.rejects(verifyEmail(closed, { token, password }, source), { code: 'registration_closed' });
});

test('A-152: a link verifies an account only together with its password or a session of it', async (t) => {
  const { house, caller } = await signInAlice(t);
  const token = await lastToken(house, 'verify-email', email);
  await register(house, { email: 'bob@example.com', password: thiefsPassword }, source);
  await assert.rejects(verifyEmail(house, { token }, source), { code: 'invalid_request' });
  await assert.rejects(verifyEmail(house, { token, password: thiefsPassword }, source), badCredentials);
  const bob = { ...caller, userId: 'B'.repeat(22) };
  await assert.rejects(verifyEmail(house, { token, caller: bob }, source), { code: 'invalid_request' });
  await verifyEmail(house, { token, caller }, source);
  const [row] = await house.store.read(findUser(caller.userId));
  assert.equal(row?.emailVerifiedAtMs, house.now());
  await assert.rejects(verifyEmail(house, { token, caller }, source), invalidLink);
  assert.ok((await readActions(house)).includes('account.email-verified'));
});

test('A-110: a proof can be asked for by the session or by address; the last link alone is good', async (t) => {
  const { house, caller } = await signInAlice(t);
  const first = await lastToken(house, 'verify-email', email);
  askForEmailProof(house, caller, source);
  const second = await lastToken(house, 'verify-email', email);
  askForEmailProof(house, { email: 'Alice@Example.com' }, source);
  askForEmailProof(house, { email: 'nobody@example.com' }, source);
  const third = await lastToken(house, 'verify-email', email);
  assert.equal(new Set([first, second, third]).size, 3);
  for (const token of [first, second]) {
    await assert.rejects(verifyEmail(house, { token, password }, source), invalidLink);
  }
  await verifyEmail(house, { token: third, password }, source);
  askForEmailProof(house, caller, source);
  assert.equal((await readMail(house)).filter(({ template }) => template === 'verify-email').length, 3);
});

test('messages are in the language of the registration, until its owner chooses another one', async (t) => {
  const { house } = await openTestHouse(t, verifyFirst);
  await register(house, { email, password, language: 'fr, de-AT;q=0.8, en;q=0.5' }, source);
  const message = await lastMail(house, 'verify-email', email);
  assert.equal(message.language, 'de');
  await verifyEmail(house, { token: tokenOf(message), password }, source);
  const signedIn = await logIn(house, { identifier: email, password }, source);
  assert.equal(signedIn.user.language, 'de');
  const caller = await callerOf(house, signedIn);
  assert.equal((await changeProfile(house, { caller, language: 'en' }, source)).language, 'en');
  await assert.rejects(changeProfile(house, { caller, language: 'tlh' }, source), {
    code: 'invalid_request',
  });
});
