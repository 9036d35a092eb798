import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { askForNewEmail } from '../../src/flows/ask-for-new-email.ts';
import { askForReset } from '../../src/flows/ask-for-reset.ts';
import { confirmNewEmail } from '../../src/flows/confirm-new-email.ts';
import { register } from '../../src/flows/register.ts';
import { resetPassword } from '../../src/flows/reset-password.ts';
import { undoNewEmail } from '../../src/flows/undo-new-email.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { findUser } from '../../src/store/users.ts';
import { logIn } from './log-in.ts';
import { checkNowhere, countWinners, lastToken, readMail, roomy } from './mailbox-ground.ts';
import { callerOf, password, signInAlice, source } from './test-house.ts';

const email = 'alice@example.com';
const next = 'new@example.com';
const newPassword = 'seven boats on a green lake';
const invalidLink = { code: 'invalid_link' };

async function openGround(t: TestContext) {
  const ground = await signInAlice(t);
  const { house, caller } = ground;
  await verifyEmail(house, { token: await lastToken(house, 'verify-email', email), caller }, source);
  await askForNewEmail(house, { caller, email: next }, source);
  return { ...ground, token: await lastToken(house, 'change-email-confirm', next) };
}

test('A-151: an address changes with the link to the new one, sessions go on, and old links die', async (t) => {
  const ground = await openGround(t);
  const { house, caller, signedIn, token } = ground;
  askForReset(house, email, source);
  const reset = await lastToken(house, 'reset-password', email);
  const [before] = await house.store.read(findUser(caller.userId));
  assert.equal(before?.email, email);
  await confirmNewEmail(house, { token, caller }, source);
  const [after] = await house.store.read(findUser(caller.userId));
  assert.deepEqual([after?.email, after?.emailVerifiedAtMs], [next, house.now()]);
  await callerOf(house, signedIn);
  await assert.rejects(resetPassword(house, { token: reset, newPassword }, source), invalidLink);
  await assert.rejects(confirmNewEmail(house, { token, caller }, source), invalidLink);
  await checkNowhere(ground, await lastToken(house, 'email-changed', email));
});

test('A-151: the old address takes the account back: sessions end, and a new password is needed', async (t) => {
  const { house, caller, token, signedIn } = await openGround(t);
  await confirmNewEmail(house, { token, caller }, source);
  const undo = await lastToken(house, 'email-changed', email);
  await undoNewEmail(house, undo, source);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  await assert.rejects(logIn(house, { identifier: email, password }, source), {
    code: 'invalid_credentials',
  });
  const reset = await lastToken(house, 'reset-password', email);
  await resetPassword(house, { token: reset, newPassword }, source);
  assert.equal((await logIn(house, { identifier: email, password: newPassword }, source)).user.email, email);
  await assert.rejects(undoNewEmail(house, undo, source), invalidLink);
});

test('A-151: a reset by the new address leaves the way back, for a week', async (t) => {
  const { house, caller, token, clock } = await openGround(t);
  await confirmNewEmail(house, { token, caller }, source);
  askForReset(house, next, source);
  await resetPassword(house, { token: await lastToken(house, 'reset-password', next), newPassword }, source);
  const undo = await lastToken(house, 'email-changed', email);
  clock.advanceMs(7 * 86_400_000 - 1);
  await undoNewEmail(house, undo, source);
  const [user] = await house.store.read(findUser(caller.userId));
  assert.equal(user?.email, email);
});

test('A-156, A-158: nobody else gets the old address while it can be taken back', async (t) => {
  const { house, caller, token, clock } = await openGround(t);
  await confirmNewEmail(house, { token, caller }, source);
  await assert.rejects(register(house, { email, password }, source), { code: 'email_taken' });
  clock.advanceMs(7 * 86_400_000);
  await register(house, { email, password }, source);
});

test('A-152: a link to a mailbox does not put it on somebody else’s account', async (t) => {
  const { house, token } = await openGround(t);
  await assert.rejects(confirmNewEmail(house, { token }, source), { code: 'invalid_request' });
  await assert.rejects(confirmNewEmail(house, { token, password: newPassword }, source), {
    code: 'invalid_credentials',
  });
  await confirmNewEmail(house, { token, password }, source);
});

test('A-110, A-156: a taken address is not told apart, and its owner is warned', async (t) => {
  const { house, caller } = await signInAlice(t);
  await register(house, { email: 'bob@example.com', password }, source);
  await askForNewEmail(house, { caller, email: 'bob@example.com' }, source);
  const [last] = await readMail(house);
  assert.deepEqual([last?.template, last?.recipient], ['registration-attempt', 'bob@example.com']);
});

test('A-156: an address that was taken after it was asked for is refused', async (t) => {
  const { house, caller, token } = await openGround(t);
  await register(house, { email: next, password }, source);
  await assert.rejects(confirmNewEmail(house, { token, caller }, source), { code: 'email_taken' });
});

test('A-227: of a hundred who use one link at once, one does', async (t) => {
  const { house, caller, token } = await openGround(t);
  const confirmed = await countWinners(
    () => confirmNewEmail(roomy(house), { token, caller }, source),
    ['invalid_link'],
  );
  assert.equal(confirmed, 1);
  const undo = await lastToken(house, 'email-changed', email);
  assert.equal(await countWinners(() => undoNewEmail(roomy(house), undo, source), ['invalid_link']), 1);
});
