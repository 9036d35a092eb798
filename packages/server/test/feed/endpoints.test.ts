import assert from 'node:assert/strict';
import test from 'node:test';
import { changeClient } from '../../src/flows/admin/change-client.ts';
import { deleteClient } from '../../src/flows/admin/delete-client.ts';
import { rotateClientSecret } from '../../src/flows/admin/rotate-client-secret.ts';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { sql } from '../../src/store/sql.ts';
import { publishEvents } from '../../src/store/revocations.ts';
import type { TestServer } from '../../src/testing.ts';
import { signInAlice, source } from '../flows/test-house.ts';
import {
  addFollower,
  ask,
  createBatchReader,
  follow,
  moveOn,
  openFeedHouse,
  type ReadBatch,
  readStream,
  revoke,
  session,
} from './feed-ground.ts';

const actor = { kind: 'command-line' } as const;

test('A-258: a stream begins with what is missing, and hands on an event as soon as it is committed', async (t) => {
  const server = await signInAlice(t);
  const { token } = await addFollower(server);
  const read = await createBatchReader(server, token);
  const first = read(await (await ask(server, '/revocations/head', { token })).text());
  await revoke(server, session(1), session(2));
  const response = await ask(server, `/revocations/stream?after=${first.head.seq}`, { token });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(response.headers.get('cache-control'), 'private, no-transform');
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  const stream = readStream(response);
  const missing = moveOn(first.head, read((await stream.next()) ?? ''));
  assert.equal(missing.seq, first.head.seq + 2);
  await logOutEverywhere(server.house, server.caller, source);
  const batch = read((await stream.next()) ?? '');
  assert.equal(moveOn(missing, batch).seq, first.head.seq + 3);
  assert.equal(batch.head.snapshot, undefined, 'heads of the stream leave the snapshot out');
  await stream.cancel();
});

test('a hundred followers get the same bytes of every act, and all chains reach the head', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const followers = [];
  for (let n = 0; n < 100; n++) followers.push(await follow(server, token));
  for (let act = 0; act < 3; act++) {
    await revoke(server, session(`${act}-a`), session(`${act}-b`));
    const batches: readonly (ReadBatch | undefined)[] = await Promise.all(
      followers.map((follower) => follower.next()),
    );
    assert.equal(new Set(batches.map((batch) => batch?.head.jws)).size, 1);
  }
  assert.equal(new Set(followers.map(({ place }) => place.seq)).size, 1);
  assert.equal(server.house.feed.desk.followers.length, 100);
  await Promise.all(followers.map((follower) => follower.cancel()));
  assert.equal(server.house.feed.desk.followers.length, 0);
});

test('acts that come faster than heads are gathered: none is lost, each batch reaches its head', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const follower = await follow(server, token);
  const begin = follower.place.seq;
  await Promise.all(Array.from({ length: 60 }, (_, n) => revoke(server, session(n))));
  let batches = 0;
  while (follower.place.seq < begin + 60) {
    server.clock.advanceMs(80);
    await follower.next();
    batches += 1;
  }
  assert.ok(batches < 30, `${batches} batches`);
  await follower.cancel();
});

test('what another process commits is seen within 100 ms', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const follower = await follow(server, token);
  const other = openSqlite(`${server.directory}/data/countersign.db`);
  t.after(() => other.close());
  const act = { id: 'other process', atMs: server.clock.now() };
  await Promise.all([
    other.commit(publishEvents(server.house.feed, act, [{ ...session('other'), reason: 'test' }])),
    revoke(server, session('own')),
  ]);
  const begin = follower.place.seq;
  while (follower.place.seq < begin + 2) {
    server.clock.advanceMs(100);
    await follower.next();
  }
  assert.equal(server.house.feed.view.seq, follower.place.seq);
  await follower.cancel();
});

async function readTime({ house }: TestServer): Promise<number> {
  const [row] = await house.store.read(sql<{ timeMs: number }>`SELECT t_ms AS "timeMs" FROM feed`);
  return row?.timeMs ?? 0;
}

test('one head a second while somebody follows, and no write when nobody does', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const follower = await follow(server, token);
  for (let second = 1; second <= 3; second++) {
    server.clock.advanceMs(1000);
    const idle = await follower.next();
    assert.equal(idle?.head.timeMs, server.clock.now());
    assert.equal(idle?.events.length, 0);
  }
  await follower.cancel();
  // The news of it reaches the desk through the streams in between.
  while (server.house.feed.desk.followers.length > 0) await new Promise((resolve) => setImmediate(resolve));
  const before = await readTime(server);
  for (let second = 0; second < 5; second++) {
    server.clock.advanceMs(1000);
    await server.house.feed.view.pull();
  }
  assert.equal(await readTime(server), before);
});

const endings: readonly (readonly [
  name: string,
  end: (server: TestServer, clientId: string) => Promise<unknown>,
])[] = [
  [
    'disabled',
    ({ house }, clientId) => changeClient(house, { actor, clientId, change: { disabled: true } }, source),
  ],
  ['removed', ({ house }, clientId) => deleteClient(house, { actor, clientId }, source)],
  ['given another secret', ({ house }, clientId) => rotateClientSecret(house, { actor, clientId }, source)],
  [
    'refused the scope',
    ({ house }, clientId) =>
      changeClient(house, { actor, clientId, change: { scopes: ['orders:read'] } }, source),
  ],
];

for (const [name, end] of endings) {
  test(`A-256: a stream ends when its client is ${name}, and no other does`, async (t) => {
    const server = await openFeedHouse(t);
    const mine = await addFollower(server);
    const other = await addFollower(server);
    const [ending, staying] = [await follow(server, mine.token), await follow(server, other.token)];
    await end(server, mine.id);
    while ((await ending.next()) !== undefined);
    assert.equal((await staying.next())?.events.length, 24);
    assert.equal((await ask(server, '/revocations/head', { token: mine.token })).status, 401);
    assert.deepEqual(
      server.house.feed.desk.followers.map(({ clientId }) => clientId),
      [other.id],
    );
    await staying.cancel();
  });
}

test('a stream ends after about an hour', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const follower = await follow(server, token);
  server.clock.advanceMs(50 * 60_000);
  assert.notEqual(await follower.next(), undefined);
  server.clock.advanceMs(17 * 60_000);
  assert.equal(await follower.next(), undefined);
});

test('A-454: streams and long polls end when the server closes', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const follower = await follow(server, token);
  const waiting = ask(server, `/revocations/log?after=${follower.place.seq}&wait=30`, { token });
  await server.house.feed.view.pull();
  server.house.feed.desk.close();
  assert.equal(await follower.next(), undefined);
  assert.equal((await waiting).status, 200);
});

test('A-458: a follower that reads nothing is cut before it holds more than 1 MiB', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const begin = (await follow(server, token)).place.seq;
  const slow = await ask(server, `/revocations/stream?after=${begin}`, { token });
  const many = Array.from({ length: 4000 }, (_, n) => session(n));
  for (let act = 0; act < 12 && server.house.feed.desk.followers.length > 0; act++) {
    await revoke(server, ...many);
    server.clock.advanceMs(1000);
    await server.house.feed.source.freshen();
  }
  assert.equal(server.house.feed.desk.followers.length, 0);
  await assert.rejects(slow.text(), /too slow/);
});

test('a HEAD request leaves no stream open', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const { seq } = server.house.feed.view;
  const headers = { authorization: `Bearer ${token}` };
  const response = await server.fetch(`/revocations/stream?after=${seq}`, { method: 'HEAD', headers });
  assert.equal(response.status, 200);
  assert.equal(server.house.feed.desk.followers.length, 0);
});
