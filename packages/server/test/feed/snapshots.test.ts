import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { declareFeedGap, publishEvents } from '../../src/store/revocations.ts';
import type { TestServer } from '../../src/testing.ts';
import {
  addFollower,
  ask,
  createBatchReader,
  moveOn,
  openFeedHouse,
  type ReadBatch,
  revoke,
  session,
} from './feed-ground.ts';

async function readHead(server: TestServer, token: string): Promise<ReadBatch['head']> {
  const read = await createBatchReader(server, token);
  return read(await (await ask(server, '/revocations/head', { token })).text()).head;
}

async function readSnapshot(server: TestServer, token: string, seq: number): Promise<Buffer> {
  const response = await ask(server, `/revocations/snapshot/${seq}`, { token });
  assert.equal(response.status, 200);
  return Buffer.from(await response.arrayBuffer());
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('a head names a snapshot by its content, and the log goes on from there to the head', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  await revoke(server, session(1), { scope: 'key', subject: 'kid-1' }, { scope: 'user', subject: 'user-1' });
  const { snapshot } = await readHead(server, token);
  assert.ok(snapshot !== undefined);
  const bytes = await readSnapshot(server, token, snapshot.seq);
  assert.equal(sha256(bytes), Buffer.from(snapshot.content).toString('hex'));
  assert.equal(bytes.length, 3 * 24);
  await revoke(server, session(2));
  const read = await createBatchReader(server, token);
  const batch = read(await (await ask(server, `/revocations/log?after=${snapshot.seq}`, { token })).text());
  assert.equal(moveOn(snapshot, batch).seq, snapshot.seq + 1);
  const later = await readHead(server, token);
  assert.deepEqual(later.snapshot, snapshot, 'a snapshot is not made anew for one event');
  assert.equal(sha256(await readSnapshot(server, token, snapshot.seq)), sha256(bytes));
});

test('a snapshot is made anew when the log has grown, and holds only what is of use', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  await revoke(server, session('old'), { scope: 'key', subject: 'kid-1' });
  const first = await readHead(server, token);
  server.clock.advanceMs(3_600_000);
  const fresh = await addFollower(server);
  for (let act = 0; act < 2; act++) {
    await revoke(server, ...Array.from({ length: 2600 }, (_, n) => session(`${act}-${n}`)));
  }
  const { snapshot } = await readHead(server, fresh.token);
  assert.ok(snapshot !== undefined && snapshot.seq > first.seq + 5000);
  const bytes = await readSnapshot(server, fresh.token, snapshot.seq);
  assert.equal(sha256(bytes), Buffer.from(snapshot.content).toString('hex'));
  assert.equal(bytes.length, (1 + 5200) * 24, 'the key, and not the session of an hour ago');
  const old = await ask(server, `/revocations/snapshot/${first.snapshot?.seq}`, { token: fresh.token });
  assert.equal(old.status, 200, 'the one before is still held');
});

for (const [seconds, events] of [
  [330, 1],
  [342, 0],
] as const) {
  test(`${seconds} s after an event a snapshot holds ${events}: tokens live for 300 s, and a commit may wait for 30 s`, async (t) => {
    const server = await openFeedHouse(t);
    await revoke(server, session(1));
    server.clock.advanceMs(seconds * 1000);
    const { token } = await addFollower(server);
    const { snapshot } = await readHead(server, token);
    assert.ok(snapshot !== undefined);
    assert.equal((await readSnapshot(server, token, snapshot.seq)).length, events * 24);
  });
}

test('a follower that lags by more than 20 000 events is sent to the snapshot', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const { seq } = await readHead(server, token);
  for (let act = 0; act < 5; act++) {
    await revoke(server, ...Array.from({ length: 4000 }, (_, n) => session(`${act}-${n}`)));
  }
  assert.equal((await ask(server, `/revocations/log?after=${seq}`, { token })).status, 200);
  await revoke(server, session('one more'));
  for (const path of [`/revocations/log?after=${seq}`, `/revocations/stream?after=${seq}`]) {
    assert.equal((await ask(server, path, { token })).status, 410);
  }
});

test('a new database begins behind a declared gap', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  const head = await readHead(server, token);
  assert.equal(head.gap, 1_767_225_600_000_001, 'the clock of the start in microseconds, and one');
  assert.ok(head.snapshot !== undefined && head.snapshot.seq >= head.gap);
});

test('A-250: after a declared gap followers cross by a snapshot that still denies what was denied before', async (t) => {
  const server = await openFeedHouse(t);
  const { house } = server;
  const { token } = await addFollower(server);
  await revoke(server, session('before'));
  const before = await readHead(server, token);
  server.clock.advanceMs(1000);
  const act = { id: 'restore', atMs: server.clock.now() };
  const everything = { scope: 'everything', subject: '', reason: 'restored' } as const;
  await house.store.commit([declareFeedGap(act.atMs), ...publishEvents(house.feed, act, [everything])]);
  await house.feed.reload();
  const fresh = await addFollower(server);
  assert.equal(
    (await ask(server, `/revocations/log?after=${before.seq}`, { token: fresh.token })).status,
    410,
  );
  const { gap, seq, snapshot } = await readHead(server, fresh.token);
  assert.ok(gap > before.seq && seq === gap + 1);
  assert.equal(snapshot?.seq, seq);
  const bytes = await readSnapshot(server, fresh.token, seq);
  assert.equal(bytes.length, 2 * 24, 'the session, and everything');
});
