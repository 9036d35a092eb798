import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { startTestServer } from '../../src/testing.ts';
import { alice, resetFor, send } from '../mail/mail-ground.ts';

test('in production, and where mail is sent, the outbox has no address', async (t) => {
  const masterKey = randomBytes(32).toString('base64url');
  const production = {
    mode: 'production',
    issuer: 'https://auth.example.com',
    masterKey,
    trustedProxies: ['127.0.0.1'],
    argon2MemoryKib: 19_456,
    argon2Passes: 2,
  } as const;
  const own = { sendMessage() {}, smsCountries: ['+49'] };
  for (const settings of [production, { ...production, ...own }, own]) {
    const server = await startTestServer({ settings });
    t.after(() => server.close());
    await send(server.house, resetFor(alice.email));
    const unknown = await server.fetch('/no-such-page');
    for (const path of ['/outbox', '/outbox/kZ3_x-yQ0aBcDeFgHiJkLm']) {
      const answer = await server.fetch(path);
      assert.equal(answer.status, 404);
      assert.equal((await answer.text()).length, (await unknown.clone().text()).length);
    }
  }
});

test('the last hundred are shown, the newest first', async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  assert.match(await (await server.fetch('/outbox')).text(), /Nothing yet/);
  for (let n = 0; n < 103; n += 1) await send(server.house, resetFor(`user-${n}@example.com`));
  const text = await (await server.fetch('/outbox')).text();
  const shown = [...text.matchAll(/user-(\d+)@/g)].map(([, n]) => Number(n));
  assert.deepEqual(
    shown,
    Array.from({ length: 100 }, (_, n) => 102 - n),
  );
});
