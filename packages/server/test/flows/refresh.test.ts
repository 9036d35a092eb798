import assert from 'node:assert/strict';
import test from 'node:test';
import { logIn } from './log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { sql } from '../../src/store/sql.ts';
import {
  callerOf,
  claimsOf,
  countStore,
  password,
  readActions,
  readEvents,
  signInAlice,
  source,
} from './test-house.ts';

const day = 86_400_000;

test('a refresh gives a new pair of the same session, and costs one commit and no read', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t);
  clock.advanceMs(60_000);
  const counted = countStore(house);
  const renewed = await refresh(
    counted.house,
    { refreshToken: signedIn.refreshToken, requestId: 'a' },
    source,
  );
  assert.deepEqual(counted.counts, { reads: 0, commits: 1 });
  assert.equal(renewed.sessionId, signedIn.sessionId);
  assert.notEqual(renewed.refreshToken, signedIn.refreshToken);
  const before = claimsOf(signedIn.accessToken);
  const after = claimsOf(renewed.accessToken);
  assert.equal(after.auth_time, before.auth_time);
  assert.equal(after.iat, before.iat + 60);
  assert.notEqual(after.jti, before.jti);
});

test('A-237: a lost answer, asked for again an hour later, keeps the user in', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t);
  const input = { refreshToken: signedIn.refreshToken, requestId: 'lost' };
  const lost = await refresh(house, input, source);
  clock.advanceMs(3_600_000);
  const again = await refresh(house, input, source);
  assert.equal(again.refreshToken, lost.refreshToken);
  const next = await refresh(house, { refreshToken: again.refreshToken, requestId: 'next' }, source);
  assert.equal(next.sessionId, signedIn.sessionId);
  assert.ok((await readActions(house)).includes('session.refresh-replayed'));
});

test('five late answers are given again, the sixth is refused without ending the session', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t);
  const input = { refreshToken: signedIn.refreshToken, requestId: 'same' };
  const first = await refresh(house, input, source);
  for (let n = 0; n < 5; n++) {
    clock.advanceMs(61_000);
    assert.equal((await refresh(house, input, source)).refreshToken, first.refreshToken);
  }
  clock.advanceMs(61_000);
  await assert.rejects(refresh(house, input, source), { code: 'invalid_grant' });
  await refresh(house, { refreshToken: first.refreshToken, requestId: 'next' }, source);
});

test('A-234: a spent token from somebody else ends the session, in the audit table and in the feed', async (t) => {
  const { house, signedIn, caller } = await signInAlice(t);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: 'owner' }, source);
  await assert.rejects(refresh(house, { refreshToken: signedIn.refreshToken, requestId: 'thief' }, source), {
    code: 'invalid_grant',
  });
  await assert.rejects(refresh(house, { refreshToken: renewed.refreshToken, requestId: 'owner 2' }, source), {
    code: 'invalid_grant',
  });
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  assert.ok((await readActions(house)).includes('session.reuse-detected'));
  const [event] = (await readEvents(house)).slice(-1);
  assert.deepEqual([event?.scope, event?.subject], ['session', caller.sessionId]);
});

test('an absent request id equals nothing: the second use is theft', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const input = { refreshToken: signedIn.refreshToken, requestId: undefined };
  await refresh(house, input, source);
  await assert.rejects(refresh(house, input, source), { code: 'invalid_grant' });
  assert.ok((await readActions(house)).includes('session.reuse-detected'));
});

test('A-248: garbage is refused by its MAC, without any work of the database', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const counted = countStore(house);
  const token = signedIn.refreshToken;
  const last = token.at(-2) === 'A' ? 'B' : 'A';
  for (const refreshToken of [
    '',
    'x',
    token.slice(0, -1),
    `${token}A`,
    token.slice(0, -2) + last + token.at(-1),
    signedIn.accessToken,
  ]) {
    await assert.rejects(refresh(counted.house, { refreshToken, requestId: 'a' }, source), {
      code: 'invalid_grant',
    });
  }
  assert.deepEqual(counted.counts, { reads: 0, commits: 0 });
});

test('A-240, A-241: a session ends when it is idle, and at its end in any case', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t, {
    settings: { sessionIdleSeconds: 10 * 86_400, sessionMaxSeconds: 15 * 86_400 },
  });
  clock.advanceMs(9 * day);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  assert.equal(renewed.refreshExpiresInSeconds, 6 * 86_400);
  clock.advanceMs(6 * day);
  await assert.rejects(refresh(house, { refreshToken: renewed.refreshToken, requestId: '2' }, source), {
    code: 'invalid_grant',
  });
});

test('A-241: idle for too long', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t, { settings: { sessionIdleSeconds: 86_400 } });
  clock.advanceMs(day);
  await assert.rejects(refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source), {
    code: 'invalid_grant',
  });
});

test('a counter ahead of the database is refused and alarms: somebody restored an old one', async (t) => {
  const { house, signedIn, logLines } = await signInAlice(t);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  await house.store.commit([sql`UPDATE sessions SET counter = 0`]);
  await assert.rejects(refresh(house, { refreshToken: renewed.refreshToken, requestId: '2' }, source), {
    code: 'invalid_grant',
  });
  assert.ok((await readActions(house)).includes('session.rollback-suspected'));
  assert.ok(logLines.some((line) => line.includes('refresh-rollback-suspected')));
});

test('roles are read anew at each refresh', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  await house.store.commit([
    sql`INSERT INTO user_roles (user_id, role) VALUES (${signedIn.user.id}, ${'admin'})`,
  ]);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  assert.deepEqual(renewed.user.roles, ['admin', 'user']);
  assert.deepEqual(claimsOf(renewed.accessToken).roles, ['admin', 'user']);
});

test('the token carries the feed number of its own snapshot', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  await house.store.commit([sql`UPDATE feed SET seq = seq + 5`]);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  assert.equal(claimsOf(renewed.accessToken).rvs, claimsOf(signedIn.accessToken).rvs + 5);
});

for (const table of ['users', 'clients'] as const) {
  test(`a session whose row is open gives nothing when the generation in ${table} has risen`, async (t) => {
    const { house, signedIn } = await signInAlice(t);
    const risen = { users: sql`UPDATE users`, clients: sql`UPDATE clients` };
    await house.store.commit([sql`${risen[table]} SET generation = generation + 1`]);
    const attempt = refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
    await assert.rejects(attempt, { message: 'invalid_grant: generation changed' });
    const [row] = await house.store.read(sql<{ counter: number }>`SELECT counter FROM sessions`);
    assert.equal(row?.counter, 0, 'nothing was spent');
  });
}

test('no session is opened for a client whose generation rose while the password was looked at', async (t) => {
  const { house } = await signInAlice(t);
  const hashing = {
    waiting: 0,
    async run<Result>(task: () => Promise<Result>) {
      await house.store.commit([sql`UPDATE clients SET generation = generation + 1`]);
      return house.hashing.run(task);
    },
  };
  const attempt = logIn({ ...house, hashing }, { identifier: 'alice@example.com', password }, source);
  await assert.rejects(attempt, { code: 'invalid_credentials' });
});
