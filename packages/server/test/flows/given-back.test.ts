import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { changeClient } from '../../src/flows/admin/change-client.ts';
import { compromiseKey } from '../../src/flows/admin/compromise-key.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { disableUser } from '../../src/flows/admin/disable-user.ts';
import { revoke } from '../../src/flows/admin/revoke.ts';
import { type ActiveToken, introspectToken } from '../../src/flows/introspect-token.ts';
import { issueClientToken } from '../../src/flows/issue-client-token.ts';
import { logOut } from '../../src/flows/log-out.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { revokeToken } from '../../src/flows/revoke-token.ts';
import { sql } from '../../src/store/sql.ts';
import { callerOf, claimsOf, readEvents, signInAlice, source } from './test-house.ts';

const actor = { kind: 'command-line' } as const;
const firstParty = { clientId: 'first-party', clientSecret: undefined };

interface Ground extends Awaited<ReturnType<typeof signInAlice>> {
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  ask(token: string): Promise<ActiveToken | undefined>;
}

async function openGround(t: TestContext): Promise<Ground> {
  const alice = await signInAlice(t);
  const { house } = alice;
  const made = await createClient(house, { actor, name: 'api', scopes: ['tokens:introspect'] }, source);
  const client = { clientId: made.client.id, clientSecret: made.clientSecret };
  return { ...alice, client, ask: (token) => introspectToken(house, { client, token }, source) };
}

function renew(house: House, refreshToken: string): ReturnType<typeof refresh> {
  return refresh(house, { refreshToken, requestId: undefined }, source);
}

test('an access token that is given back ends at once and alone', async (t) => {
  const { house, signedIn, ask } = await openGround(t);
  assert.ok(await ask(signedIn.accessToken));
  await revokeToken(house, { client: firstParty, token: signedIn.accessToken }, source);
  assert.equal(await ask(signedIn.accessToken), undefined);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  const renewed = await renew(house, signedIn.refreshToken);
  assert.ok(await ask(renewed.accessToken));
  await callerOf(house, renewed);
});

test('a refresh token that is given back ends its session with all its access tokens, spent or not', async (t) => {
  for (const which of ['spent', 'current'] as const) {
    const { house, signedIn, ask } = await openGround(t);
    const renewed = await renew(house, signedIn.refreshToken);
    const token = which === 'spent' ? signedIn.refreshToken : renewed.refreshToken;
    await revokeToken(house, { client: firstParty, token }, source);
    for (const end of [signedIn.accessToken, renewed.accessToken, renewed.refreshToken]) {
      assert.equal(await ask(end), undefined);
    }
    await assert.rejects(renew(house, renewed.refreshToken), { code: 'invalid_grant' });
    assert.deepEqual(
      (await readEvents(house)).map(({ scope }) => scope),
      ['session'],
    );
  }
});

test('a token that is given back again and again is one event', async (t) => {
  const { house, signedIn } = await openGround(t);
  for (let n = 0; n < 3; n++) {
    await revokeToken(house, { client: firstParty, token: signedIn.accessToken }, source);
  }
  for (let n = 0; n < 3; n++) {
    await revokeToken(house, { client: firstParty, token: signedIn.refreshToken }, source);
  }
  assert.deepEqual(
    (await readEvents(house)).map(({ scope }) => scope),
    ['token', 'session'],
  );
});

test('A-324: the token of another client, of nobody, or from elsewhere changes nothing', async (t) => {
  const { house, signedIn, client, ask, clock } = await openGround(t);
  const { accessToken } = await issueClientToken(house, { ...client, scope: undefined }, source);
  const [head = '', body = '', signature = ''] = signedIn.accessToken.split('.');
  const forged = `${head}.${body}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`;
  for (const token of [signedIn.accessToken, signedIn.refreshToken]) {
    await revokeToken(house, { client, token }, source);
  }
  for (const token of [accessToken, forged, `${signedIn.refreshToken}x`, 'x', 'cs_rt_']) {
    await revokeToken(house, { client: firstParty, token }, source);
  }
  assert.deepEqual(await readEvents(house), []);
  for (const token of [accessToken, signedIn.accessToken, signedIn.refreshToken]) assert.ok(await ask(token));
  clock.advanceMs(303_000);
  await revokeToken(house, { client: firstParty, token: signedIn.accessToken }, source);
  assert.deepEqual(await readEvents(house), [], 'an expired token is dead already');
});

const endings: Readonly<Record<string, (ground: Ground) => Promise<unknown>>> = {
  'signed out': ({ house, caller }) => logOut(house, { caller }, source),
  'user disabled': ({ house, caller }) => disableUser(house, { actor, userId: caller.userId }, source),
  'other roles': ({ house, caller }) =>
    changeUser(house, { actor, userId: caller.userId, change: { roles: [] } }, source),
  'everything revoked': ({ house }) =>
    revoke(house, { actor, scope: 'everything', subject: '', reason: 'x' }, source),
  'client revoked': ({ house }) =>
    revoke(house, { actor, scope: 'client', subject: 'first-party', reason: 'x' }, source),
  'token revoked': ({ house, signedIn }) =>
    revoke(
      house,
      { actor, scope: 'token', subject: claimsOf(signedIn.accessToken).jti, reason: 'x' },
      source,
    ),
  'key compromised': ({ house }) =>
    compromiseKey(house, { actor, keyId: house.keys.list()[0]?.keyId ?? '', reason: 'x' }, source),
  expired: async ({ clock }) => clock.advanceMs(303_000),
};

for (const [name, end] of Object.entries(endings)) {
  test(`A-258: ${name}: introspection says so in the next call`, async (t) => {
    const ground = await openGround(t);
    assert.ok(await ground.ask(ground.signedIn.accessToken));
    await end(ground);
    assert.equal(await ground.ask(ground.signedIn.accessToken), undefined);
  });
}

test('a token of a machine client is active until the client is disabled or gets other scopes', async (t) => {
  for (const change of [{ disabled: true }, { scopes: ['b'] }]) {
    const { house, ask } = await openGround(t);
    const made = await createClient(house, { actor, name: 'billing', scopes: ['a'] }, source);
    const credentials = { clientId: made.client.id, clientSecret: made.clientSecret, scope: undefined };
    const { accessToken } = await issueClientToken(house, credentials, source);
    assert.equal((await ask(accessToken))?.scope, 'a');
    await changeClient(house, { actor, clientId: made.client.id, change }, source);
    assert.equal(await ask(accessToken), undefined);
  }
});

test('a spent refresh token is not active, and asking spends none', async (t) => {
  const { house, signedIn, ask } = await openGround(t);
  for (let n = 0; n < 3; n++) assert.ok(await ask(signedIn.refreshToken));
  const renewed = await renew(house, signedIn.refreshToken);
  assert.equal(await ask(signedIn.refreshToken), undefined);
  const active = await ask(renewed.refreshToken);
  assert.deepEqual(active, {
    kind: 'refresh',
    subject: signedIn.user.id,
    clientId: 'first-party',
    sessionId: signedIn.sessionId,
    expiresAt: Math.floor(house.now() / 1000) + house.policy.sessionIdleSeconds,
  });
});

test('A-247: a token of an older MAC key is asked for its revocation like any other', async (t) => {
  const { house, signedIn, ask } = await openGround(t);
  const [insert] = house.refreshTokens.planReplacement();
  assert.ok(insert);
  await house.store.commit([insert]);
  await house.refreshTokens.reload();
  assert.ok(await ask(signedIn.refreshToken));
  const renewed = await renew(house, signedIn.refreshToken);
  assert.notDeepEqual(
    house.refreshTokens.read(renewed.refreshToken)?.version,
    house.refreshTokens.read(signedIn.refreshToken)?.version,
  );
  await logOut(house, { refreshToken: signedIn.refreshToken }, source);
  for (const token of [signedIn.refreshToken, renewed.refreshToken]) {
    assert.equal(await ask(token), undefined);
    await assert.rejects(renew(house, token), { code: 'invalid_grant' });
  }
});

test('A-259: when the database cannot be asked, nothing is said to be active', async (t) => {
  const { house, client, signedIn } = await openGround(t);
  const store = { ...house.store, read: () => Promise.reject(new Refusal('unavailable')) };
  const broken: House = { ...house, store };
  const asked = introspectToken(broken, { client, token: signedIn.accessToken }, source);
  await assert.rejects(asked, { code: 'unavailable' });
  await assert.rejects(callerOf(broken, signedIn), { code: 'unavailable' });
  await assert.rejects(revokeToken(broken, { client: firstParty, token: signedIn.accessToken }, source), {
    code: 'unavailable',
  });
});

test('A-323: a stranger who asks and asks fills no audit table', async (t) => {
  const { house, client, signedIn, ask } = await openGround(t);
  const stranger = { ...client, clientSecret: 'wrong' };
  const outcomes = new Set<unknown>();
  for (let n = 0; n < 80; n++) {
    await introspectToken(house, { client: stranger, token: signedIn.accessToken }, source).catch(
      (error: unknown) => outcomes.add(error instanceof Refusal ? error.code : error),
    );
  }
  assert.deepEqual([...outcomes], ['invalid_client', 'too_many_requests']);
  const [row] = await house.store.read(
    sql<{ n: number }>`SELECT count(*) AS n FROM audit WHERE action = 'client.authentication-failed'`,
  );
  assert.equal(row?.n, 60);
  assert.ok(await ask(signedIn.accessToken), 'whoever proves the secret is answered all the same');
});
