import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createGuard, type Guard, type GuardBasics } from '@countersign/guard';
import { FRAMEWORKS, serve } from '../../../guard/test/frameworks.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { commandLine } from '../../src/cli/open-house.ts';
import { source } from '../flows/test-house.ts';
import { type RunningIssuer, startIssuer } from './running-issuer.ts';

interface Following {
  readonly scopes?: readonly string[];
  readonly change?: Partial<GuardBasics>;
}

async function follow(t: TestContext, server: RunningIssuer, following: Following = {}): Promise<Guard> {
  const { scopes = ['revocations:read'], change = {} } = following;
  const asked = { actor: commandLine, name: 'an API', scopes };
  const { client, clientSecret } = await createClient(server.house, asked, source);
  const guard = createGuard({
    issuer: server.issuer,
    audience: server.issuer,
    feed: { clientId: client.id, clientSecret },
    now: server.clock.now,
    ...change,
  });
  t.after(() => guard.close());
  await guard.ready();
  return guard;
}

async function heard(guard: Guard, seq: number): Promise<void> {
  while ((guard.status().issuers[0]?.revocations.seq ?? 0) < seq) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('A-066: guards in six frameworks refuse a session that ended, as soon as they have heard of it', async (t) => {
  const server = await startIssuer(t, {});
  const guard = await follow(t, server);
  const served = await Promise.all(
    FRAMEWORKS.map((framework) => serve(framework, guard, { '/profile': undefined })),
  );
  t.after(() => Promise.all(served.map(({ stop }) => stop())));
  const ask = async (): Promise<readonly number[]> => {
    const headers = { Authorization: `Bearer ${server.accessToken}` };
    const answers = await Promise.all(served.map(({ url }) => fetch(`${url}/profile`, { headers })));
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(new Set(await ask()), new Set([200]));
  const before = server.house.feed.view.seq;
  const headers = { Authorization: `Bearer ${server.accessToken}` };
  const left = await fetch(`${server.issuer}/v1/logout`, { method: 'POST', headers });
  assert.equal(left.status, 204);
  await heard(guard, before + 1);
  assert.deepEqual(new Set(await ask()), new Set([401]));
});

test('a guard goes on while its issuer is down, for as long as it may', async (t) => {
  const server = await startIssuer(t, {});
  let aheadMs = 0;
  const guard = await follow(t, server, {
    change: { maxStalenessSeconds: 10, now: () => server.clock.now() + aheadMs },
  });
  await guard.verify(server.accessToken);
  await server.close();
  await assert.rejects(fetch(`${server.issuer}/health/live`));
  await guard.verify(server.accessToken);
  aheadMs = 13_000;
  await assert.rejects(guard.verify(server.accessToken), { code: 'invalid_token', reason: 'stale' });
});

test('a guard in the process of the issuer refuses at once, without a credential', async (t) => {
  const server = await startIssuer(t, {});
  const guard = server.guard();
  t.after(() => guard.close());
  await guard.ready();
  await guard.verify(server.accessToken);
  const closed = new Promise<void>((resolve) => void guard.onRevoked(server.accessToken, resolve));
  const headers = { Authorization: `Bearer ${server.accessToken}` };
  await fetch(`${server.issuer}/v1/logout`, { method: 'POST', headers });
  await closed;
  await assert.rejects(guard.verify(server.accessToken), { code: 'invalid_token', reason: 'revoked' });
});

test('a client that may not follow the feed leaves its guard closed', async (t) => {
  const server = await startIssuer(t, {});
  await assert.rejects(
    follow(t, server, { scopes: [] }),
    /no revocations of .*: scope_refused: .*revocations:read/,
  );
});
