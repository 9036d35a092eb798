import assert from 'node:assert/strict';
import test from 'node:test';
import { declareRestore } from '../../../src/flows/admin/declare-restore.ts';
import { revoke } from '../../../src/flows/admin/revoke.ts';
import { logIn } from '../log-in.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { feedStatements } from '../../../src/store/feed.ts';
import { sql } from '../../../src/store/sql.ts';
import { startTestServer } from '../../../src/testing.ts';
import { callerOf, password, readActions, readEvents, signInAlice, source } from '../test-house.ts';
import { commandLine, refusal } from './open-admin-house.ts';

const actor = commandLine;

test('A-250: a declared restore leaves no session, no access token and no refresh token alive', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const seq = await declareRestore(house, { actor }, source);
  await assert.rejects(callerOf(house, signedIn), refusal('invalid_token'));
  assert.equal(house.refreshTokens.read(signedIn.refreshToken), undefined, 'garbage, without a look-up');
  await assert.rejects(
    refresh(house, { refreshToken: signedIn.refreshToken, requestId: undefined }, source),
    refusal('invalid_grant'),
  );
  const [feed] = await house.store.read(feedStatements.readState());
  assert.equal(feed?.seq, seq);
  assert.equal(feed?.gap, seq - 1, 'the event for everything is the first after the gap');
  assert.ok((feed?.gap ?? 0) > house.now() * 1000, 'above what any clock has given out');
  assert.deepEqual(
    (await readEvents(house)).map(({ scope }) => scope),
    ['everything'],
  );
  assert.equal((await readActions(house)).at(-1), 'feed.restore-declared');
  const again = await logIn(house, { identifier: 'alice', password }, source);
  await callerOf(house, again);
  await refresh(house, { refreshToken: again.refreshToken, requestId: undefined }, source);
});

test('a gap never goes back, not even with a clock that does', async (t) => {
  const { house, clock } = await signInAlice(t);
  const first = await declareRestore(house, { actor }, source);
  clock.advanceMs(-86_400_000);
  const second = await declareRestore(house, { actor }, source);
  assert.ok(second > first);
});

test('events for compromised keys outlive the gap', async (t) => {
  const { house } = await signInAlice(t);
  await revoke(
    house,
    { actor, scope: 'key', subject: house.keys.list()[0]?.keyId ?? '', reason: 'x' },
    source,
  );
  await declareRestore(house, { actor }, source);
  assert.deepEqual(
    (await readEvents(house)).map(({ scope }) => scope),
    ['key', 'everything'],
  );
});

test('a server that had stopped issuing goes on, and the halt is gone from the database', async (t) => {
  const { house, directory, clock } = await signInAlice(t);
  await house.store.commit([...feedStatements.halt(house.now(), { seq: 1 })]);
  await house.feed.reload();
  assert.ok(house.feed.isHalted);
  const other = await startTestServer({ directory, startMs: clock.now() });
  t.after(() => other.close());
  assert.ok(other.house.feed.isHalted);
  await assert.rejects(logIn(house, { identifier: 'alice', password }, source), refusal('unavailable'));
  await declareRestore(house, { actor }, source);
  assert.equal(house.feed.isHalted, false);
  await logIn(house, { identifier: 'alice', password }, source);
  await other.house.feed.view.pull();
  assert.equal(other.house.feed.isHalted, false);
});

test('another process over the same database makes tokens with the new MAC key once it knows of the gap', async (t) => {
  const { house, directory, clock } = await signInAlice(t);
  const other = await startTestServer({ directory, startMs: clock.now() });
  t.after(() => other.close());
  const before = other.house.refreshTokens.currentVersion;
  await declareRestore(house, { actor }, source);
  await other.house.feed.view.pull();
  await new Promise(setImmediate);
  assert.equal(other.house.refreshTokens.currentVersion, before + 1);
  const signedIn = await logIn(other.house, { identifier: 'alice', password }, source);
  await refresh(house, { refreshToken: signedIn.refreshToken, requestId: undefined }, source);
});

test('a hundred restores later there is still a MAC key, and one only', async (t) => {
  const { house } = await signInAlice(t);
  for (let n = 0; n < 100; n++) await declareRestore(house, { actor }, source);
  const rows = await house.store.read(sql<{ version: number }>`SELECT version FROM refresh_keys`);
  assert.deepEqual(
    rows.map(({ version }) => version),
    [101],
  );
});
