import assert from 'node:assert/strict';
import test from 'node:test';
import { changePassword } from '../../src/flows/change-password.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { removeFactor } from '../../src/flows/remove-factor.ts';
import { sql } from '../../src/store/sql.ts';
import { send } from '../http/http-ground.ts';
import { alice, appCode, beginAsAlice, enrolApp, withApp } from './factor-ground.ts';
import { callerOf, claimsOf, password, signInAlice, source } from './test-house.ts';

async function remember(t: Parameters<typeof withApp>[0], days = 30) {
  const ground = await withApp(t);
  const house = {
    ...ground.house,
    policy: { ...ground.house.policy, rememberDeviceSeconds: days * 86_400 },
  };
  const { challengeId } = await ground.begin();
  const code = appCode(ground.secret, ground.clock.now());
  const input = { challengeId, factor: 'totp', code, remembersDevice: true } as const;
  const finished = await finishSecondFactor(house, input, source);
  const token = finished.device?.token;
  return {
    ...ground,
    house,
    finished,
    token,
    again: async (deviceToken = token, asksForTwo = false) =>
      (await logIn(house, { ...alice, deviceToken, asksForTwo }, source)).kind,
  };
}

test('A-178: a remembered device is not asked again for its days, and its sessions are of one factor', async (t) => {
  const { house, token, again, clock, finished } = await remember(t);
  assert.equal(Buffer.from(token ?? '', 'base64url').length, 32);
  assert.equal(finished.device?.expiresInSeconds, 30 * 86_400);
  const outcome = await logIn(house, { ...alice, deviceToken: token }, source);
  assert.equal(outcome.kind, 'signed-in');
  assert.equal(claimsOf(outcome.accessToken).acr, 'aal1');
  assert.equal(await again(token, true), 'second-factor-required');
  const [row] = await house.store.read(sql<{ id: string }>`SELECT id FROM remembered_devices`);
  assert.ok(row !== undefined && row.id !== token);
  assert.equal(await again(row.id), 'second-factor-required');
  clock.advanceMs(30 * 86_400_000);
  assert.equal(await again(), 'second-factor-required');
});

test('A-178: it is of one account', async (t) => {
  const { house, again } = await remember(t);
  await house.store.commit([
    sql`INSERT INTO users (id, email, email_canonical, created_at_ms, updated_at_ms)
      VALUES ('other', 'o@example.com', 'o@example.com', 1, 1)`,
    sql`UPDATE remembered_devices SET user_id = 'other'`,
  ]);
  assert.equal(await again(), 'second-factor-required');
});

test('A-178: another password forgets it', async (t) => {
  const { house, caller, token } = await remember(t);
  const newPassword = 'seven boats on a green lake';
  await changePassword(house, { caller, currentPassword: password, newPassword }, source);
  const outcome = await logIn(house, { ...alice, password: newPassword, deviceToken: token }, source);
  assert.equal(outcome.kind, 'second-factor-required');
});

test('A-178: a change of factors forgets it', async (t) => {
  const { house, finished } = await remember(t);
  const caller = await callerOf(house, finished);
  await removeFactor(house, { caller, kind: 'totp' }, source);
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM remembered_devices`);
  assert.equal(row?.n, 0);
});

test('A-178: where the settings remember none, none is', async (t) => {
  const { token, again } = await remember(t, 0);
  assert.equal(token, undefined);
  assert.equal(await again('A'.repeat(43)), 'second-factor-required');
});

test('A-178: with storage cookie the device gets a cookie that scripts do not see, and its next sign-in is not asked', async (t) => {
  const server = await signInAlice(t, { settings: { rememberDeviceDays: 7 } });
  const secret = await enrolApp(server.house, server.caller.userId);
  const { challengeId } = await beginAsAlice(server.house);
  const headers = { origin: 'http://localhost:4000' };
  const code = appCode(secret, server.clock.now());
  const json = { challenge_id: challengeId, factor: 'totp', code, storage: 'cookie', remember_device: true };
  const seen = await send(server, { method: 'POST', path: '/v1/login/second-factor', headers, json });
  assert.equal(seen.status, 200, seen.text);
  assert.ok(!seen.text.includes('device_token'));
  const cookie = seen.headers.getSetCookie().find((line) => line.startsWith('cs_device='));
  assert.match(cookie ?? '', /^cs_device=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  const again = await send(server, {
    method: 'POST',
    path: '/v1/login',
    headers: { ...headers, cookie: cookie?.split(';')[0] ?? '' },
    json: { ...alice, storage: 'cookie' },
  });
  assert.ok(again.text.includes('access_token'), again.text);
});
