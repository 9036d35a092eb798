import assert from 'node:assert/strict';
import test from 'node:test';
import { changePassword } from '../../src/flows/change-password.ts';
import { changeProfile } from '../../src/flows/change-profile.ts';
import { deleteAccount } from '../../src/flows/delete-account.ts';
import { endSession } from '../../src/flows/end-session.ts';
import { listSessions } from '../../src/flows/list-sessions.ts';
import { logIn } from './log-in.ts';
import { logOut } from '../../src/flows/log-out.ts';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { register } from '../../src/flows/register.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { sql } from '../../src/store/sql.ts';
import {
  callerOf,
  claimsOf,
  countStore,
  openTestHouse,
  password,
  readActions,
  readEvents,
  signInAlice,
  source,
} from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };
const refused = { code: 'invalid_credentials' };

test('a log-in reads account and device, hashes once and writes twice', async (t) => {
  const { house } = await signInAlice(t);
  let hashes = 0;
  const counted = countStore(house);
  const hashing = {
    waiting: 0,
    run<Result>(task: () => Promise<Result>) {
      hashes += 1;
      return house.hashing.run(task);
    },
  };
  await logIn({ ...counted.house, hashing }, alice, source);
  assert.deepEqual({ ...counted.counts, hashes }, { reads: 2, commits: 2, hashes: 1 });
});

test('A-107, A-108: an unknown user, a wrong password and a disabled user cost the same work and get one answer', async (t) => {
  const { house } = await signInAlice(t);
  await register(house, { email: 'bob@example.com', password }, source);
  await house.store.commit([sql`UPDATE users SET disabled_at_ms = 1 WHERE email = ${'bob@example.com'}`]);
  const counts: unknown[] = [];
  for (const input of [
    { identifier: 'nobody@example.com', password },
    { identifier: 'alice@example.com', password: 'another wristband' },
    { identifier: 'bob@example.com', password },
  ]) {
    const counted = countStore(house);
    await assert.rejects(logIn(counted.house, input, source), refused);
    counts.push(counted.counts);
  }
  assert.deepEqual(
    counts,
    Array.from({ length: 3 }, () => ({ reads: 1, commits: 2 })),
  );
});

test('A-122: the identifier is found whatever its case and form', async (t) => {
  const { house } = await signInAlice(t);
  for (const identifier of ['ALICE@Example.COM', 'Alice', 'ａlice@example.com']) {
    assert.equal((await logIn(house, { ...alice, identifier }, source)).user.username, 'alice');
  }
});

test('A-156: of two simultaneous registrations of one address one makes the account', async (t) => {
  const { house } = await openTestHouse(t);
  const outcomes = await Promise.allSettled(
    ['carol@example.com', 'CAROL@example.com'].map((email) => register(house, { email, password }, source)),
  );
  assert.deepEqual(outcomes.map((outcome) => outcome.status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await house.store.read(sql`SELECT id FROM users`)).length, 1);
});

for (const [email, name] of [
  ['a@x.example,b@y.example', 'a list of addresses'],
  ['a@x.example\r\nBcc: b@y.example', 'a header'],
  ['a＠x.example@y.example', 'a wide at sign'],
  ['<a@x.example>', 'angle brackets'],
  ['a@[127.0.0.1]', 'an address literal'],
  ['a..b@x.example', 'two dots'],
  ['a@', 'no domain'],
  [`${'a'.repeat(65)}@x.example`, 'a local part of 65 characters'],
] as const) {
  test(`A-148: ${name} is not one e-mail address`, async (t) => {
    const { house } = await openTestHouse(t);
    await assert.rejects(register(house, { email, password }, source), { code: 'invalid_request' });
  });
}

test('A-154: a closed registration is closed', async (t) => {
  const { house } = await openTestHouse(t, { settings: { registration: 'closed' } });
  await assert.rejects(register(house, { email: 'x@example.com', password }, source), {
    code: 'registration_closed',
  });
});

test('A-125, A-129: short and common passwords are refused when an account is made', async (t) => {
  const { house } = await openTestHouse(t);
  const email = 'x@example.com';
  await assert.rejects(register(house, { email, password: 'fourteen chars' }, source), {
    code: 'password_too_short',
  });
  await assert.rejects(register(house, { email, password: 'Password123456!' }, source), {
    code: 'password_too_common',
  });
  assert.deepEqual(await readActions(house), []);
});

test('a user name that is taken is refused, by its own name', async (t) => {
  const { house, caller } = await signInAlice(t);
  await register(house, { email: 'bob@example.com', password, username: 'bob' }, source);
  await assert.rejects(changeProfile(house, { caller, username: 'BOB' }, source), { code: 'username_taken' });
});

test('A-251: a sign-in is a new session, and ends the one that was presented', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const next = await logIn(house, { ...alice, presentedRefreshToken: signedIn.refreshToken }, source);
  assert.notEqual(next.sessionId, signedIn.sessionId);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  const [event] = await readEvents(house);
  assert.deepEqual([event?.scope, event?.subject], ['session', signedIn.sessionId]);
});

test('A-244: after a logout neither the refresh token nor the session lives, and the feed says so', async (t) => {
  const { house, signedIn, caller } = await signInAlice(t);
  await logOut(house, { caller }, source);
  await assert.rejects(refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source), {
    code: 'invalid_grant',
  });
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  assert.deepEqual(
    (await readEvents(house)).map((event) => event.scope),
    ['session'],
  );
  await logOut(house, { caller, refreshToken: signedIn.refreshToken }, source);
  assert.equal((await readEvents(house)).length, 1, 'a second logout is no second act');
});

test('a refresh token alone is enough to log out', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  await logOut(house, { refreshToken: signedIn.refreshToken }, source);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
});

test('A-257: logging out everywhere ends all sessions, also one that is being opened', async (t) => {
  const { house, caller, signedIn } = await signInAlice(t);
  const second = await logIn(house, alice, source);
  const hashing = {
    waiting: 0,
    async run<Result>(task: () => Promise<Result>) {
      const result = await house.hashing.run(task);
      await logOutEverywhere(house, caller, source);
      return result;
    },
  };
  await assert.rejects(logIn({ ...house, hashing }, alice, source), refused);
  for (const one of [signedIn, second]) {
    await assert.rejects(refresh(house, { refreshToken: one.refreshToken, requestId: '1' }, source), {
      code: 'invalid_grant',
    });
  }
});

test('A-140, A-245: a changed password ends every session and token, and signs the caller in anew', async (t) => {
  const { house, caller, signedIn } = await signInAlice(t);
  const other = await logIn(house, alice, source);
  const newPassword = 'another wristband for alice';
  const next = await changePassword(house, { caller, currentPassword: password, newPassword }, source);
  for (const old of [signedIn, other]) {
    await assert.rejects(callerOf(house, old), { code: 'invalid_token' });
    await assert.rejects(refresh(house, { refreshToken: old.refreshToken, requestId: '1' }, source), {
      code: 'invalid_grant',
    });
  }
  const [event] = (await readEvents(house)).slice(-1);
  assert.ok(event);
  assert.equal(event.scope, 'user');
  assert.ok(claimsOf(signedIn.accessToken).rvs < event.seq, 'the old token is below the epoch');
  assert.ok(claimsOf(next.accessToken).rvs >= event.seq, 'the new token is not');
  await callerOf(house, next);
  await assert.rejects(logIn(house, alice, source), refused);
  await logIn(house, { ...alice, password: newPassword }, source);
});

test('A-139, A-124: without the current password nothing changes, and guessing it counts as at log-in', async (t) => {
  const { house, caller, clock } = await signInAlice(t);
  const input = { caller, currentPassword: 'a guess of somebody', newPassword: 'a password of the thief' };
  let throttled = 0;
  for (let n = 0; n < 40; n++) {
    await changePassword(house, input, source).catch((error: { code?: string }) => {
      if (error.code === 'too_many_requests') throttled += 1;
      else assert.equal(error.code, 'invalid_credentials');
    });
  }
  assert.equal(throttled, 30);
  await assert.rejects(logIn(house, alice, source), { code: 'too_many_requests' });
  clock.advanceMs(30_000);
  await logIn(house, alice, source);
});

test('A-439, A-158: a deleted account leaves a tombstone and nothing else, and cannot sign in', async (t) => {
  const { house, caller, signedIn } = await signInAlice(t);
  await deleteAccount(house, { caller, password }, source);
  for (const table of [
    sql`SELECT 1 FROM users`,
    sql`SELECT 1 FROM passwords`,
    sql`SELECT 1 FROM sessions`,
    sql`SELECT 1 FROM user_roles`,
  ]) {
    assert.deepEqual(await house.store.read(table), []);
  }
  const [tomb] = await house.store.read(sql<{ id: string }>`SELECT id FROM deleted_users`);
  assert.equal(tomb?.id, caller.userId);
  await assert.rejects(logIn(house, alice, source), refused);
  await assert.rejects(refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source), {
    code: 'invalid_grant',
  });
  assert.deepEqual(
    (await readEvents(house)).map((event) => event.scope),
    ['user'],
  );
});

test('A-390: the last administrator cannot delete the own account', async (t) => {
  const { house, caller } = await signInAlice(t);
  await house.store.commit([
    sql`INSERT INTO user_roles (user_id, role) VALUES (${caller.userId}, ${'admin'})`,
  ]);
  await assert.rejects(deleteAccount(house, { caller, password }, source), { code: 'last_administrator' });
  assert.equal((await house.store.read(sql`SELECT 1 FROM users`)).length, 1);
  assert.deepEqual(await readEvents(house), []);
});

test('the list of devices shows address, client and last use, and which one asks', async (t) => {
  const { house, caller, clock, signedIn } = await signInAlice(t);
  clock.advanceMs(5000);
  const phone = await logIn(house, alice, { requestId: 'r', address: '198.51.100.4', userAgent: 'phone' });
  clock.advanceMs(5000);
  await refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  const sessions = await listSessions(house, caller);
  assert.deepEqual(
    sessions.map(({ id, current, address, userAgent, lastUsedAtMs }) => ({
      id,
      current,
      address,
      userAgent,
      lastUsedAtMs,
    })),
    [
      {
        id: signedIn.sessionId,
        current: true,
        address: '192.0.2.7',
        userAgent: 'test',
        lastUsedAtMs: clock.now(),
      },
      {
        id: phone.sessionId,
        current: false,
        address: '198.51.100.4',
        userAgent: 'phone',
        lastUsedAtMs: clock.now() - 5000,
      },
    ],
  );
});

test('A-263: only an own session can be ended from the list', async (t) => {
  const { house, caller } = await signInAlice(t);
  await register(house, { email: 'bob@example.com', password }, source);
  const bob = await logIn(house, { identifier: 'bob@example.com', password }, source);
  await assert.rejects(endSession(house, { caller, sessionId: bob.sessionId }, source), {
    code: 'not_found',
  });
  await callerOf(house, bob);
  assert.deepEqual(await readEvents(house), []);
});

test('A-136: a stronger setting is used at the next log-in, once', async (t) => {
  const { house } = await signInAlice(t);
  const stronger = {
    ...house,
    policy: { ...house.policy, argon2: { memoryKib: 128, passes: 2, parallelism: 1 } },
  };
  const read = async (): Promise<string | undefined> =>
    (await house.store.read(sql<{ phc: string }>`SELECT phc FROM passwords`))[0]?.phc;
  const weak = await read();
  await logIn(stronger, alice, source);
  const strong = await read();
  assert.notEqual(strong, weak);
  assert.match(strong ?? '', /m=128,t=2,p=1/);
  await logIn(stronger, alice, source);
  assert.equal(await read(), strong);
});

test('A-407, A-410: every act is in the audit table, and no secret is', async (t) => {
  const { house, caller, signedIn } = await signInAlice(t);
  await logIn(house, { ...alice, password: 'a wrong wristband' }, source).catch(() => undefined);
  await changeProfile(house, { caller, name: 'Alice' }, source);
  await logOut(house, { caller }, source);
  assert.deepEqual(await readActions(house), [
    'account.registered',
    'log-in.succeeded',
    'log-in.failed',
    'account.changed',
    'session.ended',
  ]);
  const everything = JSON.stringify(await house.store.read(sql`SELECT * FROM audit`));
  for (const secret of [password, 'a wrong wristband', signedIn.accessToken, signedIn.refreshToken]) {
    assert.ok(!everything.includes(secret));
  }
});

test('A-134: a stored hash that cannot be read is a no, and the operator is told', async (t) => {
  const { house, logLines } = await signInAlice(t);
  await house.store.commit([
    sql`UPDATE passwords SET phc = ${'$argon2id$v=19$m=4194304,t=1000000,p=1$AAAA$AAAA'}`,
  ]);
  await assert.rejects(logIn(house, alice, source), refused);
  assert.ok(logLines.some((line) => line.includes('password-hash-damaged')));
});

test('A-121, A-111: guesses count against the account, whichever name is used, and against nobody alike', async (t) => {
  const { house } = await signInAlice(t);
  const countUntilThrottled = async (identifiers: readonly string[]): Promise<number> => {
    for (let n = 0; n < 100; n++) {
      const identifier = identifiers[n % identifiers.length] ?? '';
      const from = { ...source, address: `198.51.100.${n}` };
      const error = await logIn(house, { identifier, password: 'a wrong wristband' }, from).catch(
        (e: unknown) => e,
      );
      if (error instanceof Refusal && error.code === 'too_many_requests') return n;
    }
    return Infinity;
  };
  const known = await countUntilThrottled(['alice', 'ALICE@example.com', 'alice@example.com']);
  assert.equal(await countUntilThrottled(['nobody@example.com']), known);
  assert.equal(known, 10);
});
