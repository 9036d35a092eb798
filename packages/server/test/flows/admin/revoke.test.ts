import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { createClient } from '../../../src/flows/admin/create-client.ts';
import { compromiseKey } from '../../../src/flows/admin/compromise-key.ts';
import { listRevocations } from '../../../src/flows/admin/list-revocations.ts';
import { revoke, type Revoke } from '../../../src/flows/admin/revoke.ts';
import { findCaller } from '../../../src/flows/find-caller.ts';
import { logIn } from '../log-in.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { sql } from '../../../src/store/sql.ts';
import { startTestServer } from '../../../src/testing.ts';
import {
  callerOf,
  claimsOf,
  password as alicesPassword,
  readActions,
  signInAlice,
  source,
} from '../test-house.ts';
import {
  addAccount,
  addActor,
  addHolder,
  commandLine,
  openAdminHouse,
  readEvents,
  refusal,
} from './open-admin-house.ts';

const reason = 'laptop lost';

function asked(scope: Revoke['scope'], subject: string, actor: Revoke['actor'] = commandLine): Revoke {
  return { actor, scope, subject, reason };
}

test('A-258: each scope ends access tokens at our own API at once, and sessions only where it says so', async (t) => {
  const scopes = [
    { scope: 'token', goesOn: true },
    { scope: 'session', goesOn: false },
    { scope: 'user', goesOn: false },
    { scope: 'client', goesOn: false },
    { scope: 'key', goesOn: true },
    { scope: 'everything', goesOn: true },
  ] as const;
  for (const { scope, goesOn } of scopes) {
    const { house, signedIn } = await signInAlice(t);
    const { jti } = claimsOf(signedIn.accessToken);
    const subject = {
      token: jti,
      session: signedIn.sessionId,
      user: signedIn.user.id,
      client: 'first-party',
      key: house.keys.list()[0]?.keyId ?? '',
      everything: '',
    }[scope];
    await revoke(house, asked(scope, subject), source);
    if (scope === 'key') assert.equal(house.keys.readAccessToken(signedIn.accessToken), undefined);
    else await assert.rejects(callerOf(house, signedIn), refusal('invalid_token'), scope);
    const renewing = refresh(house, { refreshToken: signedIn.refreshToken, requestId: undefined }, source);
    if (goesOn) await callerOf(house, await renewing);
    else await assert.rejects(renewing, refusal('invalid_grant'), scope);
  }
});

test('other claims of a user count at our own API anyway, so its tokens go on there', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  await revoke(house, asked('user-claims', signedIn.user.id), source);
  await callerOf(house, signedIn);
});

test('the number is that of the event, in the file and in the feed', async (t) => {
  const { house } = await openAdminHouse(t);
  const first = await revoke(house, asked('tenant', 'acme'), source);
  const second = await revoke(house, asked('everything', ''), source);
  assert.equal(second, first + 1);
  const [row] = await house.store.read(sql<{ seq: number }>`SELECT seq FROM feed`);
  assert.equal(row?.seq, second);
});

test('what has ended is revoked once more, so that a caller may wait for guards', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const first = await revoke(house, asked('session', signedIn.sessionId), source);
  assert.equal(await revoke(house, asked('session', signedIn.sessionId), source), first + 1);
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM sessions
    WHERE revoked_reason = ${reason}`);
  assert.equal(row?.n, 1);
});

test('A-386: nobody revokes what belongs to an account above his own', async (t) => {
  const { house } = await openAdminHouse(t);
  const clerk = await addHolder(house, 'clerk', ['revocations:write']);
  const admin = await addActor(house, ['admin']);
  const plain = await addAccount(house);
  for (const scope of ['user', 'user-claims'] as const) {
    await assert.rejects(
      revoke(house, asked(scope, admin.caller.userId, clerk), source),
      refusal('role_not_grantable'),
    );
    await revoke(house, asked(scope, plain.id, clerk), source);
  }
  const firstParty = asked('client', 'first-party', clerk);
  await assert.rejects(revoke(house, firstParty, source), refusal('role_not_grantable'));
  await revoke(house, { ...firstParty, actor: admin }, source);
  assert.deepEqual(await readEvents(house), [
    { scope: 'user', subject: plain.id },
    { scope: 'user-claims', subject: plain.id },
    { scope: 'client', subject: 'first-party' },
  ]);
});

test('what is not there, and what is not of the form, is refused and leaves nothing', async (t) => {
  const { house } = await openAdminHouse(t);
  const unknown = 'A'.repeat(22);
  for (const [scope, subject, code] of [
    ['session', unknown, 'not_found'],
    ['user', unknown, 'not_found'],
    ['user-claims', unknown, 'not_found'],
    ['client', `c_${unknown}`, 'not_found'],
    ['key', unknown, 'not_found'],
    ['token', 'x', 'invalid_request'],
    ['token', '', 'invalid_request'],
    ['tenant', '', 'invalid_request'],
    ['tenant', 'a b', 'invalid_request'],
    ['tenant', 'a'.repeat(129), 'invalid_request'],
    ['everything', 'x', 'invalid_request'],
  ] as const) {
    await assert.rejects(revoke(house, asked(scope, subject), source), refusal(code), `${scope} ${subject}`);
  }
  for (const text of ['', ' ', 'a\nb', 'a'.repeat(201), '\ud800']) {
    const input = { ...asked('everything', ''), reason: text };
    await assert.rejects(revoke(house, input, source), refusal('invalid_request'));
  }
  assert.deepEqual(await readEvents(house), []);
  assert.deepEqual(await readActions(house), []);
});

test('A-407: a revocation leaves one row that says who, what and why', async (t) => {
  const { house } = await openAdminHouse(t);
  const actor = await addActor(house, ['admin']);
  const { client } = await createClient(house, { actor, name: 'billing', scopes: [] }, source);
  await revoke(house, asked('client', client.id, actor), source);
  const rows = await house.store.read(
    sql<{ actor: string; subject: string; detail: string }>`SELECT actor, subject, detail FROM audit
      WHERE action = 'tokens.revoked'`,
  );
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [
      {
        actor: actor.caller.userId,
        subject: client.id,
        detail: JSON.stringify({ scope: 'client', reason }),
      },
    ],
  );
});

test('a hundred revocations at once are enough for an emergency, and more wait', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  const actor = await addActor(house, ['admin']);
  const input = asked('tenant', 'acme', actor);
  for (let n = 0; n < 100; n++) await revoke(house, input, source);
  await assert.rejects(revoke(house, input, source), refusal('too_many_requests'));
  clock.advanceMs(1000);
  await revoke(house, input, source);
});

test('the list shows what was revoked and by whom, on pages', async (t) => {
  const { house } = await openAdminHouse(t);
  for (const subject of ['a', 'b', 'c']) await revoke(house, asked('tenant', subject), source);
  const first = await listRevocations(house, { limit: 2 });
  assert.deepEqual(
    first.items.map(({ subject, actor }) => `${subject} ${actor}`),
    ['c cli', 'b cli'],
  );
  assert.ok(first.nextCursor !== null);
  const rest = await listRevocations(house, { limit: 2, cursor: first.nextCursor });
  assert.deepEqual(
    rest.items.map(({ subject }) => subject),
    ['a'],
  );
  assert.equal(rest.nextCursor, null);
});

test('A-093: a compromised key is denied by the feed in the commit that takes it out of use', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const keyId = house.keys.list()[0]?.keyId ?? '';
  assert.ok(house.keys.readAccessToken(signedIn.accessToken));
  const { signingKeyId } = await compromiseKey(house, { actor: commandLine, keyId, reason }, source);
  assert.notEqual(signingKeyId, keyId);
  assert.deepEqual(await readEvents(house), [{ scope: 'key', subject: keyId }]);
  assert.equal(house.keys.readAccessToken(signedIn.accessToken), undefined);
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: undefined }, source);
  assert.equal(house.keys.readAccessToken(renewed.accessToken)?.keyId, signingKeyId);
  await compromiseKey(house, { actor: commandLine, keyId, reason }, source);
  assert.equal((await readEvents(house)).length, 2, 'once more, so that a caller may wait for guards');
  assert.ok(house.keys.readAccessToken(renewed.accessToken));
});

test('A-093: another process over the same database refuses tokens of the key before it reads the keys again', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const keyId = house.keys.list()[0]?.keyId ?? '';
  const before = house.keys.keySet.find({ algorithm: 'ES256', keyId });
  assert.ok(before, 'the other process still knows the key');
  await compromiseKey(house, { actor: commandLine, keyId, reason }, source);
  const claims = claimsOf(signedIn.accessToken);
  const names = {
    subject: signedIn.user.id,
    sessionId: signedIn.sessionId,
    clientId: 'first-party',
    tokenId: claims.jti,
    rvs: claims.rvs,
    authTime: claims.auth_time,
  };
  await assert.rejects(findCaller(house, { ...names, keyId }), refusal('invalid_token'));
  await findCaller(house, { ...names, keyId: undefined });
});

test('A-093: another process signs with the next key as soon as it hears of the event', async (t) => {
  const { house, directory, clock } = await signInAlice(t);
  const other = await startTestServer({ directory, startMs: clock.now() });
  t.after(() => other.close());
  const keyId = house.keys.list()[0]?.keyId ?? '';
  const { signingKeyId } = await compromiseKey(house, { actor: commandLine, keyId, reason }, source);
  await other.house.feed.view.pull();
  const isKnown = (): boolean => other.house.keys.list().some(({ state }) => state === 'compromised');
  for (let n = 0; n < 100 && !isKnown(); n++) await new Promise(setImmediate);
  const { accessToken } = await logIn(other.house, { identifier: 'alice', password: alicesPassword }, source);
  assert.equal(house.keys.readAccessToken(accessToken)?.keyId, signingKeyId);
});

test('with a shared secret there is no key to compromise, and the refusal says what to do', async (t) => {
  const { house } = await openAdminHouse(t, {
    signingAlgorithm: 'HS256',
    signingSecret: randomBytes(32).toString('base64url'),
  });
  await assert.rejects(revoke(house, asked('key', 'x'), source), refusal('no_signing_keys'));
});
