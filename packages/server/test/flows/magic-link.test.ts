import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { askForMagicLink } from '../../src/flows/ask-for-magic-link.ts';
import { logInByLink } from '../../src/flows/log-in-by-link.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { sql } from '../../src/store/sql.ts';
import { logIn } from './log-in.ts';
import { checkNowhere, countRows, countWinners, lastToken, roomy } from './mailbox-ground.ts';
import { callerOf, claimsOf, password, signInAlice, source } from './test-house.ts';

const email = 'alice@example.com';
const invalidLink = { code: 'invalid_link' };

/** Alice's mailbox is proven; a link is on its way. */
async function openGround(t: TestContext, isProven = true) {
  const ground = await signInAlice(t, { settings: { magicLink: true } });
  const { house, caller } = ground;
  if (isProven) {
    await verifyEmail(house, { token: await lastToken(house, 'verify-email', email), caller }, source);
  }
  const { binding } = askForMagicLink(house, 'alice', source);
  return { ...ground, binding, token: await lastToken(house, 'magic-link', email) };
}

test('a link signs in the browser that asked for it, once, by one factor', async (t) => {
  const ground = await openGround(t);
  const { house, token, binding, signedIn } = ground;
  const outcome = await logInByLink(house, { token, binding }, source);
  assert.ok(outcome.kind === 'signed-in');
  assert.deepEqual(claimsOf(outcome.accessToken).amr, ['otp']);
  assert.equal(claimsOf(outcome.accessToken).acr, 'aal1');
  await callerOf(house, signedIn);
  await assert.rejects(logInByLink(house, { token, binding }, source), invalidLink);
  await checkNowhere(ground, token);
  await checkNowhere(ground, binding);
});

test('A-160: in another browser the account is named first, and the link is left', async (t) => {
  const { house, token } = await openGround(t);
  for (const binding of [undefined, 'B'.repeat(22)]) {
    const outcome = await logInByLink(house, { token, binding }, source);
    assert.deepEqual(outcome, { kind: 'confirmation-required', email });
  }
  assert.equal((await logInByLink(house, { token, isConfirmed: true }, source)).kind, 'signed-in');
});

test('A-171, A-144: a link does not lead around a second factor', async (t) => {
  const { house, token, binding, caller } = await openGround(t);
  await house.store.commit([
    sql`INSERT INTO factors (id, user_id, kind, created_at_ms, confirmed_at_ms)
      VALUES (${'f1'}, ${caller.userId}, ${'totp'}, ${house.now()}, ${house.now()})`,
  ]);
  assert.equal((await logInByLink(house, { token, binding }, source)).kind, 'second-factor-required');
  await assert.rejects(logInByLink(house, { token, binding }, source), invalidLink);
});

test('A-152: the first proof of the mailbox removes what a stranger set before', async (t) => {
  const { house, token, binding, signedIn } = await openGround(t, false);
  const outcome = await logInByLink(house, { token, binding }, source);
  assert.ok(outcome.kind === 'signed-in');
  assert.equal(outcome.user.emailVerified, true);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  await assert.rejects(logIn(house, { identifier: email, password }, source), {
    code: 'invalid_credentials',
  });
  assert.equal(await countRows(house, 'passwords'), 0);
  await callerOf(house, outcome);
});

for (const isProven of [true, false]) {
  test(`A-227: of a hundred with one link at once, one is signed in: ${isProven ? 'proven' : 'first proof'}`, async (t) => {
    const { house, token, binding } = await openGround(t, isProven);
    const wins = await countWinners(
      () => logInByLink(roomy(house), { token, binding }, source),
      ['invalid_link', 'invalid_credentials'],
    );
    assert.equal(wins, 1);
  });
}

test('a link is worth nothing after ten minutes', async (t) => {
  const { house, token, binding, clock } = await openGround(t);
  clock.advanceMs(600_000);
  await assert.rejects(logInByLink(house, { token, binding }, source), invalidLink);
});

test('A-397: where links are switched off, they do not exist', async (t) => {
  const { house, token, binding } = await openGround(t);
  const off = { ...house, policy: { ...house.policy, magicLink: false } };
  assert.throws(() => askForMagicLink(off, email, source), { code: 'not_found' });
  await assert.rejects(logInByLink(off, { token, binding }, source), { code: 'not_found' });
});
