import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { generateKey } from '@countersign/tokens';
import { signHead } from '@countersign/revocation';
import { logIn } from '../flows/log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { register } from '../../src/flows/register.ts';
import { liftHalt } from '../../src/store/feed.ts';
import { declareFeedGap } from '../../src/store/revocations.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { password, source } from '../flows/test-house.ts';
import {
  acknowledge,
  addFollower,
  ask,
  fetchToken,
  follow,
  type FollowingClient,
  openFeedHouse,
  revoke,
  session,
} from './feed-ground.ts';

const alice = { identifier: 'alice@example.com', password };

interface RolledBack {
  readonly server: TestServer;
  readonly client: FollowingClient;
  /** Signed by this issuer, and forgotten by the database. */
  readonly lastHead: string;
  readonly refreshToken: string;
  readonly directory: string;
}

/** A server whose database is a copy from before the last revocation; `later` runs on it before anybody calls. */
async function rollBack(t: TestContext, later?: (server: TestServer) => Promise<void>): Promise<RolledBack> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'data', 'countersign.db');
  const setUp = await startTestServer({ directory });
  const client = await addFollower(setUp);
  await register(setUp.house, { email: alice.identifier, password }, source);
  const { refreshToken } = await logIn(setUp.house, alice, source);
  await setUp.close();
  copyFileSync(file, `${file}.backup`);
  const first = await startTestServer({ directory, startMs: setUp.clock.now() + 1000 });
  await revoke(first, session('forgotten'));
  const { jws: lastHead } = await first.house.feed.source.freshen();
  await first.close();
  copyFileSync(`${file}.backup`, file);
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  const server = await startTestServer({ directory, startMs: setUp.clock.now() + 2000 });
  t.after(() => server.close());
  await later?.(server);
  return { server, client, lastHead, refreshToken, directory };
}

function showLastHead({ server, client, lastHead }: RolledBack): Promise<Response> {
  const { seq } = server.house.feed.view;
  const headers = { 'revocation-last-head': lastHead };
  return ask(server, `/revocations/stream?after=${seq}`, { token: client.token, headers });
}

const cases: readonly (readonly [name: string, later: (server: TestServer) => Promise<void>])[] = [
  ['behind the head', async () => {}],
  ['forked below the head', (server) => revoke(server, session('another'), session('and another'))],
];

for (const [name, later] of cases) {
  test(`A-250, A-463: a last head that the database has never had proves a rollback: ${name}`, async (t) => {
    const rolledBack = await rollBack(t, later);
    const { server, client, refreshToken } = rolledBack;
    await server.house.feed.view.pull();
    const response = await showLastHead(rolledBack);
    assert.equal(response.status, 503);
    assert.equal(server.house.feed.isHalted, true);
    assert.equal((await server.fetch('/health/ready')).status, 503);
    assert.equal((await server.fetch('/health/live')).status, 200);
    await assert.rejects(logIn(server.house, alice, source), { code: 'unavailable' });
    await assert.rejects(refresh(server.house, { refreshToken, requestId: undefined }, source), {
      code: 'unavailable',
    });
    await assert.rejects(fetchToken(server, client), /unavailable/);
    assert.equal((await ask(server, '/revocations/head', client)).status, 503, 'nor is a head signed');
    const rows = await server.house.store.read(
      sql<{ n: number }>`SELECT count(*) AS n FROM audit WHERE action = 'feed.rollback-proven'`,
    );
    assert.equal(rows[0]?.n, 1);
    assert.ok(
      server.logLines.some((line) => line.includes('feed.rollback-proven') && line.includes('"error"')),
    );
  });
}

test('A-250: the halt outlives a restart, and ends with a declared gap', async (t) => {
  const rolledBack = await rollBack(t);
  const { server, client, directory } = rolledBack;
  await showLastHead(rolledBack);
  await server.close();
  const again = await startTestServer({ directory, startMs: server.clock.now() + 1000 });
  t.after(() => again.close());
  await assert.rejects(logIn(again.house, alice, source), { code: 'unavailable' });
  await again.house.store.commit([declareFeedGap(again.clock.now()), liftHalt()]);
  await again.house.feed.reload();
  assert.equal(again.house.feed.isHalted, false);
  await logIn(again.house, alice, source);
  const shown = await showLastHead({ ...rolledBack, server: again });
  assert.equal(shown.status, 200, 'below the gap it proves nothing any more');
  await shown.body?.cancel();
  assert.equal((await ask(again, '/revocations/head', client)).status, 200);
});

test('below a declared gap a last head proves nothing, also where the chain has forked', async (t) => {
  const rolledBack = await rollBack(t, async (server) => {
    await revoke(server, session('another'), session('and another'));
    await server.house.store.commit([declareFeedGap(server.clock.now())]);
    await server.house.feed.reload();
  });
  const response = await showLastHead(rolledBack);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  assert.equal(rolledBack.server.house.feed.isHalted, false);
});

test('what is no proof halts nothing', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  await revoke(server, session(1));
  const own = await server.house.feed.source.freshen();
  const { seq, timeMs, ttlMaxSeconds, gap } = {
    ...(
      await server.house.store.read(
        sql<{ seq: number; timeMs: number; ttlMaxSeconds: number; gap: number }>`SELECT seq, t_ms AS "timeMs",
        ttl_max_seconds AS "ttlMaxSeconds", gap FROM feed`,
      )
    )[0],
  };
  assert.ok(seq !== undefined && timeMs !== undefined && ttlMaxSeconds !== undefined && gap !== undefined);
  const forged = signHead(
    {
      issuer: server.issuer,
      seq: seq + 5,
      hash: new Uint8Array(32),
      timeMs,
      ttlMaxSeconds,
      gap,
      snapshot: undefined,
    },
    generateKey('ES256', { keyId: 'another-key' }),
  );
  const changed = `${own.jws.slice(0, -4)}AAAA`;
  for (const jws of [own.jws, forged, changed, 'a.b.c', '', 'x'.repeat(5000)]) {
    await server.house.feed.source.examineLastHead(jws);
    assert.equal(server.house.feed.isHalted, false);
  }
  assert.equal((await ask(server, '/revocations/head', client)).status, 200);
});

/** Events go a day after their use, in turns of ten minutes. */
async function passTwoDays(server: TestServer): Promise<void> {
  for (let turn = 0; turn < 288; turn++) {
    server.clock.advanceMs(600_000);
    await server.house.store.check();
  }
  const left = await server.house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM revocations`);
  assert.equal(left[0]?.n, 1);
}

test('A-250, A-437: a head at an event that was deleted after its time proves nothing', async (t) => {
  const server = await openFeedHouse(t);
  await revoke(server, session(1));
  const early = await server.house.feed.source.freshen();
  await revoke(server, session(2));
  const last = await server.house.feed.source.freshen();
  await passTwoDays(server);
  for (const { jws } of [early, last, await server.house.feed.source.freshen()]) {
    await server.house.feed.source.examineLastHead(jws);
    assert.equal(server.house.feed.isHalted, false);
  }
});

test('A-250: after days without an event, heads are still compared with the last one', async (t) => {
  const server = await openFeedHouse(t);
  const client = await addFollower(server);
  await revoke(server, session(1));
  await passTwoDays(server);
  const token = await fetchToken(server, client);
  const follower = await follow(server, token);
  const { place } = follower;
  await follower.cancel();
  const other = { ...place, hash: new Uint8Array(32) };
  assert.equal((await acknowledge(server, { client: { ...client, token }, place })).status, 204);
  assert.equal((await acknowledge(server, { client: { ...client, token }, place: other })).status, 400);
});
