import assert from 'node:assert/strict';
import test from 'node:test';
import { addFollower, type EventStream, readStream, revoke, session } from '../feed/feed-ground.ts';
import { startIssuer } from '../interop/running-issuer.ts';
import { guardBehind, openRelay, seqOf, until } from './relay-ground.ts';

test('what is revoked at the issuer reaches a guard behind a relay, and its receipt comes back', async (t) => {
  const issuer = await startIssuer(t, {});
  const relay = await openRelay(t, issuer);
  const guard = await guardBehind(t, issuer, { feedUrl: relay.feedUrl, client: await addFollower(issuer) });
  await guard.verify(issuer.accessToken);
  const headers = { Authorization: `Bearer ${issuer.accessToken}` };
  const before = seqOf(guard);
  const left = await fetch(`${issuer.issuer}/v1/logout`, { method: 'POST', headers });
  assert.equal(left.status, 204);
  await until(() => seqOf(guard) > before);
  const seq = seqOf(guard);
  await assert.rejects(guard.verify(issuer.accessToken), { code: 'invalid_token', reason: 'revoked' });
  const revokedAtMs = issuer.clock.now();
  const ask = { seq, scope: 'session', revokedAtMs, timeoutMs: 10_000 } as const;
  let receipt = await issuer.house.feed.confirm(ask);
  // Its first words may still be under way.
  while (receipt.connected === 0) receipt = await issuer.house.feed.confirm(ask);
  // The relay itself lets nobody in and stands on no roll.
  assert.deepEqual(receipt, { confirmed: 1, connected: 1, lagging: [] });
});

test('a thousand followers of one relay hear the same event', async (t) => {
  const issuer = await startIssuer(t, {});
  const { relay } = await openRelay(t, issuer);
  const { token } = await addFollower(issuer);
  const { seq } = relay.view;
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async (): Promise<EventStream> => {
    const url = `http://relay.example/revocations/stream?after=${seq}`;
    const stream = readStream(await relay.fetch(new Request(url, { headers })));
    await stream.next();
    return stream;
  };
  const streams = await Promise.all(Array.from({ length: 1000 }, ask));
  assert.equal(relay.followers, 1000);
  await revoke(issuer, session(1));
  const heard = await Promise.all(
    streams.map(async (stream) => {
      let data = await stream.next();
      while (data !== undefined && !data.includes('"events"')) data = await stream.next();
      await stream.cancel();
      return data;
    }),
  );
  assert.equal(new Set(heard).size, 1);
  assert.equal(relay.followers, 0);
});
