import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { checkRecentSignIn } from '../../src/flows/admin/check-authority.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { changePassword } from '../../src/flows/change-password.ts';
import { changeProfile } from '../../src/flows/change-profile.ts';
import { checkNewPassword } from '../../src/flows/check-new-password.ts';
import { deleteAccount } from '../../src/flows/delete-account.ts';
import { issueClientToken } from '../../src/flows/issue-client-token.ts';
import { logIn } from './log-in.ts';
import { readProfile } from '../../src/flows/read-profile.ts';
import { sql } from '../../src/store/sql.ts';
import type { TestServer } from '../../src/testing.ts';
import { openTestHouse, password, readActions, readEvents, signInAlice, source } from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };
const from = (address: string): typeof source => ({ ...source, address });

async function guess(house: House, addresses: readonly string[], times: number): Promise<void> {
  for (const address of addresses) {
    for (let n = 0; n < times; n++) {
      await logIn(house, { ...alice, password: 'a guess of somebody' }, from(address)).catch(() => undefined);
    }
  }
}

test('A-113: one who guesses shuts out himself alone', async (t) => {
  const { house } = await signInAlice(t);
  await guess(house, ['198.51.100.1'], 25);
  await assert.rejects(logIn(house, alice, from('198.51.100.1')), { code: 'too_many_requests' });
  await logIn(house, alice, source);
  await logIn(house, alice, from('203.0.113.5'));
});

test('A-113: many who guess shut out only where the account was never signed in from', async (t) => {
  const { house } = await signInAlice(t);
  const strangers = Array.from({ length: 12 }, (_, n) => `198.51.100.${n}`);
  await guess(house, strangers, 10);
  await assert.rejects(logIn(house, alice, from('203.0.113.5')), { code: 'too_many_requests' });
  await logIn(house, alice, source);
});

test('A-113: who knows the id of a client cannot use up its budget', async (t) => {
  const { house } = await signInAlice(t);
  const { client, clientSecret } = await makeClient(house);
  for (let n = 0; n < 60; n++) {
    const wrong = { clientId: client.id, clientSecret: 'cs_cs_wrong', scope: undefined };
    await assert.rejects(issueClientToken(house, wrong, from('198.51.100.1')), { code: 'invalid_client' });
  }
  await issueClientToken(house, { clientId: client.id, clientSecret, scope: undefined }, source);
});

function makeClient(house: House): ReturnType<typeof createClient> {
  return createClient(house, { actor: { kind: 'command-line' }, name: 'Reports', scopes: ['a:b'] }, source);
}

/** Another process, whose act falls between two steps of a flow: whenever the flow looks at the clock. */
function beside(t: TestContext, server: TestServer, act: (other: DatabaseSync) => void): House {
  const other = new DatabaseSync(`${server.directory}/data/countersign.db`, { timeout: 5000 });
  t.after(() => other.close());
  return {
    ...server.house,
    now: () => {
      act(other);
      return server.house.now();
    },
  };
}

test('A-246: no token for a client that was disabled after it was read', async (t) => {
  const server = await signInAlice(t);
  const { client, clientSecret } = await makeClient(server.house);
  let calls = 0;
  const house = beside(t, server, (other) => {
    calls += 1;
    if (calls === 2) other.exec('UPDATE clients SET disabled_at_ms = 1, generation = generation + 1');
  });
  const request = { clientId: client.id, clientSecret, scope: undefined };
  await assert.rejects(issueClientToken(house, request, source), { code: 'invalid_client' });
  assert.equal(calls, 2);
});

test('A-245: the sign-in after a change of password does not outlive an act that came between', async (t) => {
  const server = await signInAlice(t);
  const house = beside(t, server, (other) => {
    // Behind the change, before its sign-in: an administrator signs the account out.
    other.exec('UPDATE users SET generation = 2 WHERE generation = 1');
  });
  const input = {
    caller: server.caller,
    currentPassword: password,
    newPassword: 'seven boats on a green lake',
  };
  await assert.rejects(changePassword(house, input, source), { code: 'conflict' });
  assert.deepEqual(await house.store.read(sql`SELECT 1 FROM sessions WHERE revoked_at_ms IS NULL`), []);
});

test('A-139: an account is not deleted with a password that is no longer its own', async (t) => {
  const server = await signInAlice(t);
  const house = beside(t, server, (other) => {
    other.exec('UPDATE users SET generation = 1 WHERE generation = 0');
  });
  await assert.rejects(deleteAccount(house, { caller: server.caller, password }, source), {
    code: 'conflict',
  });
  assert.equal((await readProfile(house, server.caller)).email, 'alice@example.com');
});

test('A-407: a session that ends by another sign-in has its row in the audit table', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const before = (await readActions(house)).length;
  await logIn(house, { ...alice, presentedRefreshToken: signedIn.refreshToken }, source);
  assert.deepEqual((await readActions(house)).slice(before).sort(), ['log-in.succeeded', 'session.ended']);
  const rows = await house.store.read(
    sql<{ id: string }>`SELECT session_id AS id FROM audit WHERE action = 'session.ended'`,
  );
  assert.deepEqual(
    rows.map(({ id }) => id),
    [signedIn.sessionId],
  );
});

test('A-411: a change of nothing is no act and makes no token stale', async (t) => {
  const { house, caller } = await signInAlice(t);
  const before = await readActions(house);
  assert.equal((await changeProfile(house, { caller }, source)).username, 'alice');
  assert.deepEqual(await readActions(house), before);
  assert.deepEqual(await readEvents(house), []);
});

test('A-411: one account does not fill the audit table by changing its name to and fro', async (t) => {
  const { house, caller } = await signInAlice(t);
  const rename = (n: number): Promise<unknown> =>
    changeProfile(house, { caller, name: `Alice ${n}` }, source);
  for (let n = 0; n < 30; n++) await rename(n);
  const before = await readActions(house);
  await assert.rejects(rename(30), { code: 'too_many_requests' });
  assert.deepEqual(await readActions(house), before);
});

test('A-460: a password that is too long is refused before anything looks at its characters', async (t) => {
  const { house } = await openTestHouse(t);
  // One character that normalization makes four of; what follows would take the square of that.
  const text = `${'\u2057'.repeat(4090)}aQxyz`;
  await assert.rejects(checkNewPassword(house, text, []), { code: 'password_too_long' });
});

test('A-450: a sign-in that lies in the future, since the clock was set back, is not a recent one', async (t) => {
  const { house, caller, clock } = await signInAlice(t);
  await checkRecentSignIn(house, { kind: 'user', caller });
  clock.advanceMs(-3_600_000);
  await assert.rejects(checkRecentSignIn(house, { kind: 'user', caller }), {
    code: 'insufficient_user_authentication',
  });
});
