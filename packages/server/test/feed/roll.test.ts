import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import type { EventScope } from '@countersign/revocation';
import type { Confirmation } from '../../src/base/house.ts';
import { createRoll } from '../../src/feed/roll.ts';
import { feedStatements } from '../../src/store/feed.ts';
import { raiseTtlMax } from '../../src/store/revocations.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import {
  acknowledge,
  addFollower,
  follow,
  newProcess,
  openFeedHouse,
  revoke,
  session,
} from './feed-ground.ts';

/** Whether a promise is settled once everything that waits for nothing has run. */
async function outcomeNow<Result>(promise: Promise<Result>): Promise<Result | 'waiting'> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve('waiting' as const)]);
}

function confirm(server: TestServer, seq: number, scope: EventScope = 'session'): Promise<Confirmation> {
  return server.house.feed.confirm({
    seq,
    scope,
    revokedAtMs: server.clock.now(),
    timeoutMs: 600_000,
  });
}

test('with nobody on the roll an act is confirmed at once', async (t) => {
  const server = await openFeedHouse(t);
  await revoke(server, session(1));
  assert.deepEqual(await confirm(server, server.house.feed.view.seq), {
    confirmed: 0,
    connected: 0,
    lagging: [],
  });
});

test('an act is confirmed when every process has acknowledged it, and not before', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  const [one, other] = [newProcess(), newProcess()];
  for (const process of [one, other]) {
    assert.equal((await acknowledge(server, { client, process, place: follower.place })).status, 204);
  }
  await revoke(server, session(1));
  await follower.next();
  const confirming = confirm(server, follower.place.seq);
  assert.equal(await outcomeNow(confirming), 'waiting');
  await acknowledge(server, { client, process: one, place: follower.place });
  assert.equal(await outcomeNow(confirming), 'waiting');
  await acknowledge(server, { client, process: other, place: follower.place });
  assert.deepEqual(await confirming, { confirmed: 2, connected: 2, lagging: [] });
  await follower.cancel();
});

test('who does not acknowledge is named when the time of the caller is over', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  const process = newProcess();
  await acknowledge(server, { client, process, place: follower.place, maxStalenessSeconds: 300 });
  const seenAtMs = server.clock.now();
  await revoke(server, session(1));
  await server.house.feed.view.pull();
  const { view } = server.house.feed;
  const confirming = server.house.feed.confirm({
    seq: view.seq,
    scope: 'session',
    revokedAtMs: seenAtMs,
    timeoutMs: 3000,
  });
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(3000);
  assert.deepEqual(await confirming, {
    confirmed: 0,
    connected: 1,
    lagging: [{ process, clientId: client.id, lastSeenMs: seenAtMs }],
  });
  await follower.cancel();
});

const times: readonly (readonly [scope: EventScope, seconds: number, name: string])[] = [
  ['session', 10 + 2, 'its Δ and the skew'],
  ['key', 300 + 2, 'ttl_max and the skew, since a stolen key mints any iat'],
];

for (const [scope, seconds, name] of times) {
  test(`a silent process counts for a ${scope} only after ${name}`, async (t) => {
    const server = await openFeedHouse(t);
    const client = await addFollower(server);
    const follower = await follow(server, client.token);
    await acknowledge(server, { client, place: follower.place, maxStalenessSeconds: 10 });
    await revoke(server, { scope, subject: 'subject' });
    await server.house.feed.view.pull();
    const confirming = confirm(server, server.house.feed.view.seq, scope);
    assert.equal(await outcomeNow(confirming), 'waiting');
    server.clock.advanceMs(seconds * 1000);
    assert.equal(await outcomeNow(confirming), 'waiting', 'at the very end a token may still pass');
    server.clock.advanceMs(1);
    assert.deepEqual(await confirming, { confirmed: 1, connected: 1, lagging: [] });
    await follower.cancel();
  });
}

test('time counts from when the commit is known, not from when the act began', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  await acknowledge(server, { client, place: follower.place, maxStalenessSeconds: 10 });
  const beganAtMs = server.clock.now();
  server.clock.advanceMs(11_000);
  await revoke(server, session(1));
  await server.house.feed.view.pull();
  const { seq } = server.house.feed.view;
  const confirming = server.house.feed.confirm({
    seq,
    scope: 'session',
    revokedAtMs: beganAtMs,
    timeoutMs: 60_000,
  });
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(1001);
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(11_000);
  assert.equal((await confirming).confirmed, 1);
  await follower.cancel();
});

test('a replayed acknowledgement takes nothing back, and a shorter staleness does not count', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  const process = newProcess();
  const early = follower.place;
  await acknowledge(server, { client, process, place: early, maxStalenessSeconds: 60 });
  await revoke(server, session(1));
  await follower.next();
  await acknowledge(server, { client, process, place: follower.place, maxStalenessSeconds: 60 });
  await acknowledge(server, { client, process, place: early, maxStalenessSeconds: 1 });
  assert.equal((await confirm(server, follower.place.seq)).confirmed, 1);
  await revoke(server, session(2));
  await server.house.feed.view.pull();
  const confirming = confirm(server, server.house.feed.view.seq);
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(10_000);
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(60_000);
  await confirming;
  await follower.cancel();
});

test('a process leaves the roll once it can accept nothing any more', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  await acknowledge(server, { client, place: follower.place, maxStalenessSeconds: 10 });
  server.clock.advanceMs(302_000);
  assert.equal((await confirm(server, 0)).connected, 1);
  server.clock.advanceMs(120_000);
  assert.equal((await confirm(server, 0)).connected, 0);
  await follower.cancel();
});

test('a server that starts again knows who may be alive', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const first = await startTestServer({ directory });
  const client = await addFollower(first);
  const follower = await follow(first, client.token);
  const process = newProcess();
  await acknowledge(first, { client, process, place: follower.place, maxStalenessSeconds: 10 });
  await first.close();
  const second = await startTestServer({ directory, startMs: first.clock.now() + 200_000 });
  t.after(() => second.close());
  await revoke(second, session(1));
  await second.house.feed.view.pull();
  const confirming = confirm(second, second.house.feed.view.seq);
  assert.equal(await outcomeNow(confirming), 'waiting');
  second.clock.advanceMs(12_001);
  assert.deepEqual(await confirming, { confirmed: 1, connected: 1, lagging: [] });
});

test('A-258: nobody but its own client can say that a process has applied an event', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const relay = await addFollower(server);
  const follower = await follow(server, client.token);
  const process = newProcess();
  await acknowledge(server, { client, process, place: follower.place, maxStalenessSeconds: 10 });
  await revoke(server, session(1));
  await follower.next();
  const forged = { client: relay, process, place: follower.place, maxStalenessSeconds: 86_400 };
  assert.equal((await acknowledge(server, forged)).status, 400);
  const confirming = confirm(server, follower.place.seq);
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(12_001);
  assert.deepEqual(await confirming, { confirmed: 1, connected: 1, lagging: [] });
  await follower.cancel();
});

test('A-258: who stands elsewhere than on the chain has applied nothing', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  await revoke(server, session(1));
  const { place: before } = follower;
  await follower.next();
  const { seq, hash } = follower.place;
  for (const place of [
    { seq, hash: before.hash },
    { seq: seq + 1, hash },
  ]) {
    assert.equal((await acknowledge(server, { client, place })).status, 400);
  }
  assert.deepEqual(await confirm(server, seq), { confirmed: 0, connected: 0, lagging: [] });
  await follower.cancel();
});

test('A-258: for a stolen key the longest life counts that the feed has announced since', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  const follower = await follow(server, client.token);
  await acknowledge(server, { client, place: follower.place, maxStalenessSeconds: 10 });
  await server.house.store.commit([raiseTtlMax(900)]);
  await server.house.feed.reload();
  await revoke(server, { scope: 'key', subject: 'kid-1' });
  await server.house.feed.view.pull();
  const confirming = server.house.feed.confirm({
    seq: server.house.feed.view.seq,
    scope: 'key',
    revokedAtMs: server.clock.now(),
    timeoutMs: 360_000,
  });
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(302_001);
  assert.equal(await outcomeNow(confirming), 'waiting');
  server.clock.advanceMs(57_999);
  assert.equal((await confirming).lagging.length, 1);
  await follower.cancel();
});

test('A-458: one client has at most five thousand processes on the roll, and others still have theirs', async () => {
  const roll = await createRoll({
    store: {
      read: async () => [],
      commit: async () => ({ kind: 'refused', statement: 0, cause: { kind: 'must-change' } }),
    },
    statements: feedStatements,
    now: () => 0,
    schedule: () => () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  const seen = { clientId: 'greedy', seq: 1, maxStalenessSeconds: 10, ttlMaxSeconds: 300 };
  for (let n = 0; n < 5000; n++) await roll.note({ ...seen, process: `p${n}` });
  await assert.rejects(roll.note({ ...seen, process: 'one more' }), { code: 'overloaded' });
  assert.equal(await roll.note({ ...seen, process: 'p0' }), true, 'those that are there may speak');
  assert.equal(await roll.note({ ...seen, process: 'another', clientId: 'modest' }), true);
});
