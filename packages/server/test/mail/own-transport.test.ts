import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import type { OutgoingMessage } from '../../src/base/messages.ts';
import { startTestServer } from '../../src/testing.ts';
import { readActions } from '../flows/test-house.ts';
import { alice, readQueue, resetFor, send } from './mail-ground.ts';

test('sendMessage gets messages in their final form, and again with the same id after it threw', async (t) => {
  const given: OutgoingMessage[] = [];
  const server = await startTestServer({
    settings: {
      smsCountries: ['+49'],
      sendMessage(message) {
        given.push(message);
        if (given.length === 1) throw new Error('not now');
      },
    },
  });
  t.after(() => server.close());
  const { house } = server;
  await send(house, resetFor(alice.email));
  const [row] = await readQueue(house);
  assert.deepEqual([row?.fault, row?.sentAtMs], ['own_transport', null]);
  server.clock.advanceMs(30_000);
  await house.messages.settled();
  const [first, again] = given;
  assert.deepEqual(again, first);
  const { id, channel, recipient, template, language, createdAtMs, subject, text, html } =
    again ?? assert.fail();
  assert.match(id, /^[\w-]{22}$/);
  assert.deepEqual(
    [channel, recipient, template, language, createdAtMs],
    ['mail', alice.email, 'reset-password', 'en', server.clock.now() - 30_000],
  );
  assert.ok(subject !== '' && text.includes('?code=abc') && html?.includes('?code=abc'));
});

test('A-190: the list of countries holds for sendMessage too, and another number is withheld', async (t) => {
  const given: OutgoingMessage[] = [];
  const sendMessage = (message: OutgoingMessage): void => void given.push(message);
  const server = await startTestServer({ settings: { sendMessage, smsCountries: ['+49', '+4366'] } });
  t.after(() => server.close());
  const { house } = server;
  const values = { code: '123456', validMinutes: 5 };
  for (const phone of [
    '+491701234567',
    '+436601234567',
    '+436991234567',
    '+882123456789',
    '+4',
    '+49170123456789012',
  ]) {
    const write = (): Promise<void> =>
      send(house, { template: 'sms-code', to: { phone }, language: 'en', values });
    if (phone.length < 8 || phone.length > 16) await assert.rejects(write(), TypeError);
    else await write();
  }
  assert.deepEqual(
    given.map(({ recipient }) => recipient),
    ['+491701234567', '+436601234567'],
  );
  assert.equal((await readActions(house)).filter((action) => action === 'message.withheld').length, 2);
});

test('without countries there is no SMS', async (t) => {
  const server = await startTestServer({ settings: { sendMessage() {} } });
  t.after(() => server.close());
  const { messages } = server.house;
  assert.deepEqual([messages.canMail, messages.canSms], [true, true], 'in development it is shown');
  const production = {
    mode: 'production',
    issuer: 'https://auth.example.com',
    trustedProxies: ['127.0.0.1'],
    argon2MemoryKib: 19_456,
    argon2Passes: 2,
  } as const;
  for (const [settings, canMail, canSms] of [
    [{}, false, false],
    [{ sendMessage() {} }, true, false],
    [{ sendMessage() {}, smsCountries: ['+49'] }, true, true],
  ] as const) {
    const masterKey = randomBytes(32).toString('base64url');
    const other = await startTestServer({ settings: { ...production, masterKey, ...settings } });
    t.after(() => other.close());
    const { messages: there } = other.house;
    assert.deepEqual([there.canMail, there.canSms, there.shown], [canMail, canSms, undefined]);
    assert.equal(there.write(resetFor(alice.email)).length > 0, canMail);
  }
});
