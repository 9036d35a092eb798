import assert from 'node:assert/strict';
import test from 'node:test';
import { addFollower } from '../feed/feed-ground.ts';
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
  const receipt = await issuer.house.feed.confirm({ seq, scope: 'session', revokedAtMs, timeoutMs: 10_000 });
  // The relay itself lets nobody in and stands on no roll.
  assert.deepEqual(receipt, { confirmed: 1, connected: 1, lagging: [] });
});
