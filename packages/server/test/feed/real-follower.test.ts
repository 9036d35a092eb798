import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { createHttpTransport, followFeed, type RevocationView } from '@countersign/revocation';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import type { TestServer } from '../../src/testing.ts';
import { claimsOf, signInAlice, source } from '../flows/test-house.ts';
import { addFollower, type FollowingClient, openFeedHouse, revoke, session } from './feed-ground.ts';

/** The follower of the guard package's own kind, over the whole server; no port is opened. */
function startFollower(t: TestContext, server: TestServer, client: FollowingClient): RevocationView {
  const view = followFeed({
    issuer: server.issuer,
    clientId: client.id,
    maxStalenessSeconds: 10,
    now: server.clock.now,
    transport: createHttpTransport({
      feedUrl: `${server.issuer}/revocations`,
      keysUrl: `${server.issuer}/revocations/keys`,
      acknowledgementKey: createHash('sha256').update(client.secret).digest(),
      accessToken: async () => client.token,
      fetch: (url, init) => server.fetch(new Request(url, init)),
    }),
  });
  t.after(() => view.close());
  return view;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !isTrue(); turn++)
    await new Promise((resolve) => setImmediate(resolve));
  assert.ok(isTrue(), 'never became true');
}

test('a real follower is open after its start, denies what is revoked, and says so', async (t) => {
  const server = await signInAlice(t);
  const client = await addFollower(server);
  const view = startFollower(t, server, client);
  await until(() => view.status().state === 'following');
  const { sub, sid, jti, rvs, iat, exp, client_id: clientId } = readClaims(server.signedIn.accessToken);
  const names = {
    sub,
    sid,
    jti,
    rvs,
    clientId,
    tid: undefined,
    kid: undefined,
    iatSeconds: iat,
    expSeconds: exp,
  };
  const freshness = { nowMs: server.clock.now(), maxStalenessSeconds: 10 };
  assert.equal(view.judge(names, freshness), 'live');
  await logOutEverywhere(server.house, server.caller, source);
  await server.house.feed.view.pull();
  const { seq } = server.house.feed.view;
  const confirmed = await server.house.feed.confirm({
    seq,
    scope: 'user',
    revokedAtMs: server.clock.now(),
    timeoutMs: 10_000,
  });
  assert.deepEqual(confirmed, { confirmed: 1, connected: 1, lagging: [] });
  assert.equal(view.judge(names, freshness), 'revoked');
  assert.equal(view.seq, seq);
});

test('a real follower that comes late crosses by a snapshot of thousands of events', async (t) => {
  const server = await openFeedHouse(t);
  for (let act = 0; act < 3; act++) {
    await revoke(server, ...Array.from({ length: 2000 }, (_, n) => session(`${act}-${n}`)));
  }
  const view = startFollower(t, server, await addFollower(server));
  await until(() => view.status().state === 'following');
  assert.equal(view.status().entries, 6000);
  assert.equal(view.seq, server.house.feed.view.seq);
});

function readClaims(accessToken: string) {
  const { sub, sid, client_id } = JSON.parse(
    Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString(),
  );
  return { ...claimsOf(accessToken), sub: String(sub), sid: String(sid), client_id: String(client_id) };
}
