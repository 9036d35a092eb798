import assert from 'node:assert/strict';
import test from 'node:test';
import { addFollower, revoke, session } from '../feed/feed-ground.ts';
import { startIssuer } from '../interop/running-issuer.ts';
import { guardBehind, openRelay, seqOf, until } from './relay-ground.ts';

test('a guard goes on where it was after its relay was started anew', async (t) => {
  const issuer = await startIssuer(t, {});
  const first = await openRelay(t, issuer);
  const guard = await guardBehind(t, issuer, { feedUrl: first.feedUrl, client: await addFollower(issuer) });
  await first.relay.close();
  const before = seqOf(guard);
  await revoke(issuer, session(1));
  await guard.verify(issuer.accessToken);
  await openRelay(t, issuer, { port: first.port });
  await until(() => seqOf(guard) > before);
  await guard.verify(issuer.accessToken);
});

test('while its relay is dead a guard goes on for as long as it may', async (t) => {
  const issuer = await startIssuer(t, {});
  const { relay, feedUrl } = await openRelay(t, issuer);
  let aheadMs = 0;
  const guard = await guardBehind(t, issuer, {
    feedUrl,
    client: await addFollower(issuer),
    now: () => issuer.clock.now() + aheadMs,
  });
  await relay.close();
  await guard.verify(issuer.accessToken);
  aheadMs = 12_500;
  await assert.rejects(guard.verify(issuer.accessToken), { code: 'invalid_token', reason: 'stale' });
});
