import assert from 'node:assert/strict';
import test from 'node:test';
import { changeClient } from '../../src/flows/admin/change-client.ts';
import { compromiseKey } from '../../src/flows/admin/compromise-key.ts';
import { addFollower, createBatchReader, readStream, revoke, session } from '../feed/feed-ground.ts';
import { source } from '../flows/test-house.ts';
import { startIssuer } from '../interop/running-issuer.ts';
import { openRelay, until } from './relay-ground.ts';

const actor = { kind: 'command-line' } as const;

test('a relay serves the feed without its keys', async (t) => {
  const issuer = await startIssuer(t, {});
  const { feedUrl } = await openRelay(t, issuer);
  const { token } = await addFollower(issuer);
  const headers = { Authorization: `Bearer ${token}` };
  const status = async (path: string, init: RequestInit = { headers }): Promise<number> => {
    const response = await fetch(feedUrl + path, init);
    await response.body?.cancel();
    return response.status;
  };
  assert.deepEqual(
    [
      await status('/head'),
      await status('/log?after=0'),
      await status('/snapshot/0'),
      await status('/stream'),
    ],
    [200, 410, 410, 400],
  );
  assert.equal(await status('/keys'), 404, 'keys come from the issuer alone');
  assert.equal(await status('/ack'), 405);
  assert.equal(await status('/log?after=x'), 400);
  assert.equal(await status('/head', {}), 401);
  assert.equal(await status('/../health/ready', {}), 200);
  assert.equal(await status('/../health/live', { method: 'HEAD' }), 200);
  const garbage = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' };
  assert.equal(await status('/ack', garbage), 400);
});

test('A-387: neither a user nor a client without the scope follows at a relay', async (t) => {
  const issuer = await startIssuer(t, {});
  const { feedUrl } = await openRelay(t, issuer);
  const other = await addFollower(issuer, ['orders:read']);
  const statuses = await Promise.all(
    [issuer.accessToken, other.token].map(async (token) => {
      const response = await fetch(`${feedUrl}/head`, { headers: { Authorization: `Bearer ${token}` } });
      return response.status;
    }),
  );
  assert.deepEqual(statuses, [403, 403]);
});

test('a batch comes from a relay as the issuer signed it', async (t) => {
  const issuer = await startIssuer(t, {});
  const { feedUrl } = await openRelay(t, issuer);
  const { token } = await addFollower(issuer);
  const read = await createBatchReader(issuer, token);
  const headers = { Authorization: `Bearer ${token}` };
  const { head } = read(await (await fetch(`${feedUrl}/head`, { headers })).text());
  const found = await fetch(`${feedUrl}/snapshot/${head.snapshot?.seq}`, { headers });
  assert.equal(found.status, 200);
  await found.body?.cancel();
  await revoke(issuer, session(1), session(2));
  const answered = read(await (await fetch(`${feedUrl}/log?after=${head.seq}&wait=5`, { headers })).text());
  assert.deepEqual([answered.head.seq, answered.events.length], [head.seq + 2, 48]);
});

test('a disabled client is cut off from a relay', async (t) => {
  const issuer = await startIssuer(t, {});
  const { relay, feedUrl } = await openRelay(t, issuer);
  const { id, token } = await addFollower(issuer);
  const headers = { Authorization: `Bearer ${token}` };
  const { seq } = relay.view;
  const stream = readStream(await fetch(`${feedUrl}/stream?after=${seq}`, { headers }));
  await stream.next();
  await changeClient(issuer.house, { actor, clientId: id, change: { disabled: true } }, source);
  while ((await stream.next()) !== undefined);
  assert.equal(relay.followers, 0);
  assert.equal((await fetch(`${feedUrl}/head`, { headers })).status, 401);
});

test('A-093: after a key was compromised followers of a relay go on, also through what is revoked next', async (t) => {
  const issuer = await startIssuer(t, {});
  const { relay, feedUrl } = await openRelay(t, issuer);
  const { token } = await addFollower(issuer);
  const headers = { Authorization: `Bearer ${token}` };
  const stream = readStream(await fetch(`${feedUrl}/stream?after=${relay.view.seq}`, { headers }));
  await stream.next();
  const { seq } = relay.view;
  const keyId = issuer.house.keys.list().find(({ state }) => state === 'signing')?.keyId ?? '';
  await compromiseKey(issuer.house, { actor, keyId, reason: 'leaked' }, source);
  await revoke(issuer, session(1));
  await revoke(issuer, session(2));
  await until(() => relay.view.seq === seq + 3);
  assert.equal(relay.followers, 1);
});

test('while the issuer is gone a relay serves what it has', async (t) => {
  const issuer = await startIssuer(t, {});
  const { relay, feedUrl } = await openRelay(t, issuer);
  const { token } = await addFollower(issuer);
  const before = relay.view.seq;
  await revoke(issuer, session(1));
  await until(() => relay.view.seq > before);
  const headers = { Authorization: `Bearer ${token}` };
  // Its guard learns the issuer's keys with the first follower.
  await (await fetch(`${feedUrl}/head`, { headers })).text();
  await issuer.close();
  const log = await fetch(`${feedUrl}/log?after=${before}`, { headers });
  assert.equal(log.status, 200);
  assert.match(await log.text(), /"events":"/);
  assert.equal((await fetch(`${feedUrl}/head`, { headers })).status, 200);
  assert.equal((await fetch(`${feedUrl}/../health/ready`)).status, 200);
});
