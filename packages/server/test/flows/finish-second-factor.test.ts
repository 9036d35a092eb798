import assert from 'node:assert/strict';
import test from 'node:test';
import { disableUser } from '../../src/flows/admin/disable-user.ts';
import { changePassword } from '../../src/flows/change-password.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { makeOneTimeSecret } from '../../src/proofs/one-time-secret.ts';
import { openChallenge } from '../../src/store/challenges.ts';
import { sql } from '../../src/store/sql.ts';
import { appCode, wrongCode, withApp } from './factor-ground.ts';
import { claimsOf, password, readActions, readEvents, source } from './test-house.ts';

const expired = { code: 'challenge_expired' };
const wrong = { code: 'wrong_code' };

test('password and app open a session of two factors, and end the one that is presented', async (t) => {
  const { house, clock, secret, begin, signedIn } = await withApp(t);
  const { challengeId, factors } = await begin();
  assert.deepEqual(factors, ['totp']);
  const code = appCode(secret, clock.now());
  const input = { challengeId, factor: 'totp', code, presentedRefreshToken: signedIn.refreshToken } as const;
  const finished = await finishSecondFactor(house, input, source);
  const claims = claimsOf(finished.accessToken);
  assert.deepEqual([...claims.amr].sort(), ['mfa', 'otp', 'pwd']);
  assert.equal(claims.acr, 'aal2');
  assert.deepEqual((await readActions(house)).slice(-2), ['log-in.succeeded', 'session.ended']);
  assert.deepEqual(
    (await readEvents(house)).map(({ subject }) => subject),
    [signedIn.sessionId],
  );
});

test('the token has the times of the call that finished', async (t) => {
  const { clock, secret, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  clock.advanceMs(120_000);
  const claims = claimsOf((await finish(challengeId, appCode(secret, clock.now()))).accessToken);
  assert.equal(claims.iat, clock.now() / 1000);
  assert.equal(claims.auth_time, clock.now() / 1000);
});

test('A-162: one code of the app signs in once', async (t) => {
  const { clock, secret, begin, finish } = await withApp(t);
  const [first, second, third] = [await begin(), await begin(), await begin()];
  const code = appCode(secret, clock.now());
  await finish(first.challengeId, code);
  await assert.rejects(finish(second.challengeId, code), wrong);
  await assert.rejects(finish(second.challengeId, appCode(secret, clock.now(), -1)), wrong);
  await finish(third.challengeId, appCode(secret, clock.now(), 1));
});

test('a challenge is over with the sign-in, and after five minutes', async (t) => {
  const { clock, secret, begin, finish } = await withApp(t);
  const { challengeId, expiresInSeconds } = await begin();
  await finish(challengeId, appCode(secret, clock.now()));
  await assert.rejects(finish(challengeId, appCode(secret, clock.now(), 1)), expired);
  const late = await begin();
  clock.advanceMs(expiresInSeconds * 1000);
  await assert.rejects(finish(late.challengeId, appCode(secret, clock.now())), expired);
});

test('A-164: a challenge takes five tries, and the right code after them opens nothing', async (t) => {
  const { house, clock, secret, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  for (let n = 0; n < 5; n += 1) {
    await assert.rejects(finish(challengeId, wrongCode(secret, clock.now())), wrong);
  }
  await assert.rejects(finish(challengeId, appCode(secret, clock.now())), expired);
  const failures = (await readActions(house)).filter((action) => action === 'log-in.second-factor-failed');
  assert.equal(failures.length, 5);
});

test('A-165: a new challenge gives no fresh tries', async (t) => {
  const { clock, secret, begin, finish } = await withApp(t);
  for (let challenge = 0; challenge < 2; challenge += 1) {
    const { challengeId } = await begin();
    for (let n = 0; n < 5; n += 1) {
      await assert.rejects(finish(challengeId, wrongCode(secret, clock.now())), wrong);
    }
  }
  const { challengeId } = await begin();
  const right = appCode(secret, clock.now());
  await assert.rejects(finish(challengeId, right), { code: 'too_many_requests' });
});

test('A-166: tries are counted for the account, whatever address they come from', async (t) => {
  const { house, clock, secret, begin } = await withApp(t);
  await house.store.commit([sql`DELETE FROM known_devices`]);
  let refused = 0;
  for (let n = 0; n < 15; n += 1) {
    const { challengeId } = await begin();
    const from = { ...source, address: `198.51.100.${n}` };
    const code = wrongCode(secret, clock.now());
    const call = finishSecondFactor(house, { challengeId, factor: 'totp', code }, from);
    await call.catch((error: { code: string }) => {
      if (error.code === 'too_many_requests') refused += 1;
    });
  }
  assert.equal(refused, 5);
});

test('A-187: a code whose act does not hold is not used up', async (t) => {
  const { house, clock, secret, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  const code = appCode(secret, clock.now());
  await house.store.commit([
    sql`CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'no room'); END`,
  ]);
  await assert.rejects(finish(challengeId, code), /no room/);
  await house.store.commit([sql`DROP TRIGGER full`]);
  await finish(challengeId, code);
});

test('A-169: a challenge of another purpose, of nobody, and one that does not exist are refused alike', async (t) => {
  const { house, caller, clock, secret, finish } = await withApp(t);
  const { secret: other, id } = makeOneTimeSecret();
  await house.store.commit([
    openChallenge({
      id,
      purpose: 'reset-password',
      userId: caller.userId,
      userGeneration: 0,
      isOnlyOne: false,
      detail: { proven: ['password'], asksForTwo: false },
      createdAtMs: clock.now(),
      expiresAtMs: clock.now() + 60_000,
    }),
  ]);
  for (const challengeId of [other, id, makeOneTimeSecret().secret]) {
    await assert.rejects(finish(challengeId, appCode(secret, clock.now())), expired);
  }
});

test('A-169: a factor that was not asked for is refused as such', async (t) => {
  const { house, begin } = await withApp(t);
  const { challengeId } = await begin();
  for (const factor of ['passkey', 'sms', 'email', 'recovery-code'] as const) {
    const call = finishSecondFactor(house, { challengeId, factor, code: '123456' }, source);
    await assert.rejects(call, { code: 'invalid_request' });
  }
});

test('a disabled account and a changed password end what was begun', async (t) => {
  const { house, caller, clock, secret, begin, finish } = await withApp(t);
  const first = await begin();
  const input = { currentPassword: password, newPassword: 'seven boats on a green lake' };
  await changePassword(house, { caller, ...input }, source);
  await assert.rejects(finish(first.challengeId, appCode(secret, clock.now())), expired);
  const again = await withApp(t);
  const second = await again.begin();
  const { userId } = again.caller;
  await disableUser(again.house, { actor: { kind: 'command-line' }, userId }, source);
  await assert.rejects(again.finish(second.challengeId, appCode(secret, clock.now())), expired);
});

test('A-199: a factor that is gone proves nothing', async (t) => {
  const { house, clock, secret, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  await house.store.commit([sql`DELETE FROM factors`]);
  await assert.rejects(finish(challengeId, appCode(secret, clock.now())), { code: 'invalid_request' });
});

test('A-196: the secret of an app copied into another row does not open', async (t) => {
  const { house, clock, secret, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  await house.store.commit([sql`UPDATE factors SET id = 'another'`]);
  await assert.rejects(finish(challengeId, appCode(secret, clock.now())));
});
