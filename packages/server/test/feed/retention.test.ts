import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { addFollower, ask, openFeedHouse, revoke, session } from './feed-ground.ts';

async function countEvents({ house }: TestServer): Promise<number> {
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM revocations`);
  return row?.n ?? -1;
}

/** Deletions run by themselves: as often as there is something due. */
async function deleteAll(server: TestServer, left: number): Promise<void> {
  for (let turn = 0; turn < 50 && (await countEvents(server)) > left; turn++) {
    server.clock.advanceMs(600_000);
    await server.house.store.check();
  }
}

test('A-437, A-438: events go a day after their use, keys never, and older requests are sent to the snapshot', async (t) => {
  const server = await openFeedHouse(t);
  const begin = server.house.feed.view.seq;
  await revoke(
    server,
    { scope: 'key', subject: 'kid-1' },
    ...Array.from({ length: 1200 }, (_, n) => session(n)),
  );
  server.clock.advanceMs(86_400_000);
  assert.equal(await countEvents(server), 1201, 'not yet');
  await deleteAll(server, 2);
  assert.equal(await countEvents(server), 2, 'the key and the last one');
  await revoke(server, session('new'));
  await server.house.feed.reload();
  const { token } = await addFollower(server);
  assert.equal((await ask(server, `/revocations/log?after=${begin}`, { token })).status, 410);
  const seq = server.house.feed.view.seq;
  assert.equal((await ask(server, `/revocations/log?after=${seq - 1}`, { token })).status, 200);
  const pieces = await server.house.feed.source.fetchHeadWithSnapshot();
  const { snap } = JSON.parse(Buffer.from(pieces.split('.')[1] ?? '', 'base64url').toString());
  const snapshot = await ask(server, `/revocations/snapshot/${snap.seq}`, { token });
  assert.equal((await snapshot.arrayBuffer()).byteLength, 48, 'the key and the new event');
});

test('A-437: a server that starts after days without an event knows its feed', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const first = await startTestServer({ directory });
  await revoke(first, session(1), session(2));
  await first.house.feed.view.pull();
  const { seq } = first.house.feed.view;
  first.clock.advanceMs(86_400_000);
  await deleteAll(first, 1);
  await first.house.feed.reload();
  await first.close();
  const second = await startTestServer({ directory, startMs: first.clock.now() });
  t.after(() => second.close());
  assert.equal(second.house.feed.view.seq, seq);
  const { token } = await addFollower(second);
  await second.house.feed.source.freshen();
  assert.equal((await ask(second, `/revocations/log?after=${seq}`, { token })).status, 200);
  assert.equal((await ask(second, `/revocations/log?after=${seq - 2}`, { token })).status, 410);
});
