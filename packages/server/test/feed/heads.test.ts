import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { generateKey } from '@countersign/tokens';
import { createHeads } from '../../src/feed/heads.ts';
import { createOwnView } from '../../src/feed/own-view.ts';
import { createTail } from '../../src/feed/tail.ts';
import { feedStatements } from '../../src/store/feed.ts';
import { firstFeedRow, publishEvents } from '../../src/store/revocations.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { openMemoryStore, startMs } from '../keys/key-ground.ts';
import {
  addFollower,
  ask,
  createBatchReader,
  follow,
  moveOn,
  openFeedHouse,
  revoke,
  session,
} from './feed-ground.ts';

async function readHead(server: TestServer, token: string) {
  const read = await createBatchReader(server, token);
  return read(await (await ask(server, '/revocations/head', { token })).text()).head;
}

test("A-450: a head's time never goes back, whatever the clock does", async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  server.clock.advanceMs(5000);
  const before = await readHead(server, token);
  server.clock.advanceMs(-1500);
  await revoke(server, session(1));
  const after = await readHead(server, token);
  assert.equal(after.seq, before.seq + 1);
  assert.equal(after.timeMs, before.timeMs);
});

test('a head is what was committed: number, hash and time stand in the database', async (t) => {
  const server = await openFeedHouse(t);
  const { token } = await addFollower(server);
  await revoke(server, session(1));
  const head = await readHead(server, token);
  const [row] = await server.house.store.read(
    sql<{ seq: number; hash: Uint8Array; timeMs: number }>`SELECT seq, hash, t_ms AS "timeMs" FROM feed`,
  );
  assert.deepEqual([row?.seq, row?.timeMs], [head.seq, head.timeMs]);
  assert.deepEqual(Buffer.from(row?.hash ?? []), Buffer.from(head.hash));
  assert.equal(head.keyId.length, 11);
});

test('a head says the longest life that any token has', async (t) => {
  const server = await openFeedHouse(t, { settings: { accessTokenSeconds: 120 } });
  const { token } = await addFollower(server);
  assert.equal((await readHead(server, token)).ttlMaxSeconds, 120);
});

test('the announced life is raised before a longer token is made, and lowered when the longer ones are dead', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const start = (accessTokenSeconds: number) =>
    startTestServer({ directory, settings: { accessTokenSeconds } });
  for (const seconds of [120, 600]) {
    const server = await start(seconds);
    const { token } = await addFollower(server);
    assert.equal((await readHead(server, token)).ttlMaxSeconds, seconds);
    await server.close();
  }
  const server = await start(120);
  t.after(() => server.close());
  const announced = async () => (await readHead(server, (await addFollower(server)).token)).ttlMaxSeconds;
  server.clock.advanceMs(599_000);
  assert.equal(await announced(), 600);
  server.clock.advanceMs(1_000);
  assert.equal(await announced(), 120);
});

test('with a shared secret for tokens, heads are still signed by a key pair', async (t) => {
  const signingSecret = randomBytes(32).toString('base64url');
  const server = await openFeedHouse(t, { settings: { signingAlgorithm: 'HS256', signingSecret } });
  const { token } = await addFollower(server);
  assert.ok((await readHead(server, token)).seq > 0);
});

test('A-261: after a restart the chain goes on where it was', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const first = await startTestServer({ directory });
  const client = await addFollower(first);
  await revoke(first, session(1));
  const place = await readHead(first, client.token);
  await revoke(first, session(2));
  await first.close();
  const second = await startTestServer({ directory, startMs: first.clock.now() + 500 });
  t.after(() => second.close());
  await revoke(second, session(3));
  const read = await createBatchReader(second, client.token);
  const batch = read(await (await ask(second, `/revocations/log?after=${place.seq}`, client)).text());
  assert.equal(moveOn(place, batch).seq, place.seq + 2);
});

test('A-261: an event whose head was never made, because the server died, comes with the next one', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const first = await startTestServer({ directory });
  const client = await addFollower(first);
  const place = await readHead(first, client.token);
  first.house.feed.desk.close();
  await revoke(first, session('without a head'));
  await first.close();
  const second = await startTestServer({ directory, startMs: first.clock.now() + 500 });
  t.after(() => second.close());
  const follower = await follow(second, client.token);
  assert.equal(follower.place.seq, place.seq + 1);
  await follower.cancel();
});

test('A-090: keys of the feed are published before they sign, and a head is always by a published one', async (t) => {
  const server = await openFeedHouse(t, { settings: { keyRotationDays: 1 } });
  const dayMs = 86_400_000;
  const signers = new Set<string>();
  for (let day = 0; day < 3; day++) {
    const { token } = await addFollower(server);
    signers.add((await readHead(server, token)).keyId);
    server.clock.advanceMs(dayMs);
  }
  assert.equal(signers.size, 2, 'the second hand-over waits for the process to read its keys again');
});

test('a head is given out once its events are in the log, whoever committed them', async () => {
  const store = openMemoryStore();
  const fingerprintKey = new Uint8Array(16);
  const act = { id: 'act', atMs: startMs };
  await store.commit([
    firstFeedRow({ nowMs: startMs, ttlMaxSeconds: 300, fingerprintKey }),
    ...publishEvents({ fingerprintKey, ttlMaxSeconds: 300 }, act, [{ ...session(1), reason: 'test' }]),
  ]);
  const now = (): number => startMs;
  const view = createOwnView(fingerprintKey, async () => undefined);
  const tail = createTail({ store, statements: feedStatements, now, view });
  const heads = createHeads({
    issuer: 'https://auth.example',
    store,
    statements: feedStatements,
    keys: { signer: () => generateKey('ES256') },
    tail,
    now,
    schedule: () => () => {},
  });
  const head = await heads.make();
  assert.equal(tail.log.read(head.seq - 1, head.seq)?.length, 24);
});
