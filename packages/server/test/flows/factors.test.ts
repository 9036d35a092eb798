import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Caller } from '../../src/base/house.ts';
import { beginApp } from '../../src/flows/begin-app.ts';
import { confirmApp } from '../../src/flows/confirm-app.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { listFactors } from '../../src/flows/list-factors.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { makeRecoveryCodes } from '../../src/flows/make-recovery-codes.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { removeFactor } from '../../src/flows/remove-factor.ts';
import { alice, appCode, beginAsAlice, readSecret, wrongCode } from './factor-ground.ts';
import { callerOf, claimsOf, readActions, readEvents, signInAlice, source } from './test-house.ts';

const wrong = { code: 'wrong_code' };
const needsTwo = { code: 'insufficient_user_authentication' };

async function withAddedApp(t: TestContext) {
  const ground = await signInAlice(t);
  const { house, caller, clock } = ground;
  const secret = readSecret(await beginApp(house, caller, source));
  const code = appCode(secret, clock.now());
  const { recoveryCodes = [] } = await confirmApp(house, { caller, code }, source);
  return { ...ground, secret, recoveryCodes };
}

/** Alice signs in with password and app; the clock goes on, since a code holds once. */
async function signInStrongly(ground: Awaited<ReturnType<typeof withAddedApp>>) {
  const { house, clock, secret } = ground;
  clock.advanceMs(60_000);
  const { challengeId } = await beginAsAlice(house);
  const code = appCode(secret, clock.now());
  const signedIn = await finishSecondFactor(house, { challengeId, factor: 'totp', code }, source);
  return { ...signedIn, caller: await callerOf(house, signedIn) };
}

function templates({ house }: Pick<Awaited<ReturnType<typeof signInAlice>>, 'house'>): readonly string[] {
  return (house.messages.shown ?? []).map(({ template }) => template);
}

test('an app counts once a code of it came back; the first factor brings recovery codes', async (t) => {
  const ground = await signInAlice(t);
  const { house, caller, clock } = ground;
  const secret = readSecret(await beginApp(house, caller, source));
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
  await assert.rejects(confirmApp(house, { caller, code: wrongCode(secret, clock.now()) }, source), wrong);
  const code = appCode(secret, clock.now());
  const { recoveryCodes } = await confirmApp(house, { caller, code }, source);
  assert.equal(new Set(recoveryCodes).size, 10);
  const { factors } = await beginAsAlice(house);
  assert.deepEqual([...factors].sort(), ['recovery-code', 'totp']);
  const list = await listFactors(house, caller);
  assert.deepEqual(
    list.factors.map(({ kind, lastUsedAtMs }) => [kind, lastUsedAtMs]),
    [['totp', null]],
  );
  assert.equal(list.recoveryCodesLeft, 10);
  await house.messages.settled();
  assert.equal(templates(ground)[0], 'factor-added');
  assert.ok((await readActions(house)).includes('factor.added'));
});

test('A-162: the code that confirmed an app signs in no more', async (t) => {
  const { house, clock, secret } = await withAddedApp(t);
  const { challengeId } = await beginAsAlice(house);
  const input = { challengeId, factor: 'totp', code: appCode(secret, clock.now()) } as const;
  await assert.rejects(finishSecondFactor(house, input, source), wrong);
});

test('A-175: the app that counts stays until the new one is confirmed, and ends then', async (t) => {
  const ground = await withAddedApp(t);
  const { house, clock, secret } = ground;
  const { caller } = await signInStrongly(ground);
  const first = readSecret(await beginApp(house, caller, source));
  const second = readSecret(await beginApp(house, caller, source));
  const { caller: again } = await signInStrongly(ground);
  const code = appCode(first, clock.now());
  await assert.rejects(confirmApp(house, { caller: again, code }, source), wrong);
  const added = await confirmApp(house, { caller: again, code: appCode(second, clock.now()) }, source);
  assert.equal(added.recoveryCodes, undefined);
  clock.advanceMs(60_000);
  const { challengeId } = await beginAsAlice(house);
  const finish = (from: Uint8Array) =>
    finishSecondFactor(house, { challengeId, factor: 'totp', code: appCode(from, clock.now()) }, source);
  await assert.rejects(finish(secret), wrong);
  await finish(second);
});

test('an app that waits longer than ten minutes is forgotten', async (t) => {
  const { house, caller, clock } = await signInAlice(t);
  const { secret, expiresInSeconds } = await beginApp(house, caller, source);
  clock.advanceMs(expiresInSeconds * 1000);
  const code = appCode(readSecret({ secret }), clock.now());
  await assert.rejects(confirmApp(house, { caller, code }, source), { code: 'challenge_expired' });
});

const acts: readonly (readonly [
  name: string,
  act: (house: Parameters<typeof beginApp>[0], caller: Caller) => Promise<unknown>,
])[] = [
  ['begin an app', (house, caller) => beginApp(house, caller, source)],
  ['confirm an app', (house, caller) => confirmApp(house, { caller, code: '123456' }, source)],
  ['remove an app', (house, caller) => removeFactor(house, { caller, kind: 'totp' }, source)],
  ['make recovery codes', (house, caller) => makeRecoveryCodes(house, caller, source)],
];

for (const [name, act] of acts) {
  test(`A-174, A-176, A-200: a session of one factor cannot ${name} where there are two`, async (t) => {
    const { house, caller } = await withAddedApp(t);
    await assert.rejects(act(house, caller), needsTwo);
  });

  test(`A-139, A-198: an old session cannot ${name}`, async (t) => {
    const { house, caller, clock } = await signInAlice(t);
    clock.advanceMs(901_000);
    await assert.rejects(act(house, caller), needsTwo);
  });
}

test('A-177: sessions of two factors end with the factor, those of one go on, and the caller becomes one of one', async (t) => {
  const ground = await withAddedApp(t);
  const { house, clock, signedIn: weak } = ground;
  const other = await signInStrongly(ground);
  const own = await signInStrongly(ground);
  const pending = await beginAsAlice(house);
  await removeFactor(house, { caller: own.caller, kind: 'totp' }, source);
  assert.deepEqual(
    (await readEvents(house)).map(({ scope, subject }) => [scope, subject]),
    [
      ['session', other.sessionId],
      ['user-claims', own.user.id],
    ],
  );
  await assert.rejects(refresh(house, { refreshToken: other.refreshToken, requestId: 'a' }, source), {
    code: 'invalid_grant',
  });
  const renewed = await refresh(house, { refreshToken: own.refreshToken, requestId: 'b' }, source);
  assert.deepEqual(claimsOf(renewed.accessToken).amr, ['pwd']);
  assert.equal(claimsOf(renewed.accessToken).acr, 'aal1');
  await refresh(house, { refreshToken: weak.refreshToken, requestId: 'c' }, source);
  const code = appCode(ground.secret, clock.now(), 1);
  const input = { challengeId: pending.challengeId, factor: 'totp', code } as const;
  await assert.rejects(finishSecondFactor(house, input, source), { code: 'challenge_expired' });
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
  assert.equal((await listFactors(house, own.caller)).recoveryCodesLeft, 0);
  await house.messages.settled();
  assert.equal(templates(ground)[0], 'factor-removed');
});

test('a factor that is not there cannot be removed', async (t) => {
  const { house, caller } = await signInAlice(t);
  await assert.rejects(removeFactor(house, { caller, kind: 'sms' }, source), { code: 'not_found' });
});

test('A-191, A-195: a recovery code signs in once, however it is typed, and the owner is told', async (t) => {
  const ground = await withAddedApp(t);
  const { house, recoveryCodes } = ground;
  const [code = ''] = recoveryCodes;
  const finish = async (typed: string) => {
    const { challengeId } = await beginAsAlice(house);
    return finishSecondFactor(house, { challengeId, factor: 'recovery-code', code: typed }, source);
  };
  const signedIn = await finish(code.toLowerCase().replaceAll('-', ' '));
  assert.equal(claimsOf(signedIn.accessToken).acr, 'aal2');
  await assert.rejects(finish(code), wrong);
  await house.messages.settled();
  const [message] = house.messages.shown ?? [];
  assert.equal(message?.template, 'recovery-codes-used');
  assert.match(message.text, /\b9\b/);
  assert.ok(!message.text.includes(code));
});

test('A-192: recovery codes are counted like other guesses', async (t) => {
  const { house, recoveryCodes } = await withAddedApp(t);
  const finish = async (code: string) => {
    const { challengeId } = await beginAsAlice(house);
    return finishSecondFactor(house, { challengeId, factor: 'recovery-code', code }, source);
  };
  for (let n = 0; n < 10; n += 1) await assert.rejects(finish('0000-0000-0000-0000'), wrong);
  await assert.rejects(finish(recoveryCodes[0] ?? ''), { code: 'too_many_requests' });
});

test('A-193: new recovery codes end the old ones', async (t) => {
  const ground = await withAddedApp(t);
  const { house, recoveryCodes } = ground;
  const { caller } = await signInStrongly(ground);
  const codes = await makeRecoveryCodes(house, caller, source);
  assert.equal(codes.length, 10);
  const finish = async (code: string) => {
    const { challengeId } = await beginAsAlice(house);
    return finishSecondFactor(house, { challengeId, factor: 'recovery-code', code }, source);
  };
  await assert.rejects(finish(recoveryCodes[1] ?? ''), wrong);
  await finish(codes[1] ?? '');
  assert.equal((await listFactors(house, caller)).recoveryCodesLeft, 9);
});

test('recovery codes alone are none: where there is no factor, none are made', async (t) => {
  const { house, caller } = await signInAlice(t);
  await assert.rejects(makeRecoveryCodes(house, caller, source), { code: 'second_factor_unavailable' });
});
