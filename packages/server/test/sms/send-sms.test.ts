import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { OutgoingMessage } from '../../src/base/messages.ts';
import { Secret } from '../../src/base/secret.ts';
import { createSmsTransport, type SmsParts } from '../../src/sms/send-sms.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { findFreePort } from '../free-port.ts';
import { readQueue, send } from '../mail/mail-ground.ts';
import { isSigned, openReceiver, type Receiver } from '../webhooks/receiver.ts';

const nowMs = Date.UTC(2026, 0, 1);
const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const message: OutgoingMessage = {
  id: 'kZ3_x-yQ0aBcDeFgHiJkLm',
  channel: 'sms',
  recipient: '+491701234567',
  template: 'sms-code',
  language: 'en',
  subject: '',
  text: '123456 is your code.\n\n@auth.example.com #123456',
  html: undefined,
  createdAtMs: nowMs,
};

interface Opened {
  readonly receiver: Receiver;
  send(one?: OutgoingMessage): ReturnType<ReturnType<typeof createSmsTransport>['send']>;
}

async function open(t: TestContext, parts: Partial<SmsParts>): Promise<Opened> {
  const receiver = await openReceiver(t);
  const transport = createSmsTransport({
    adapter: 'webhook',
    url: receiver.url.replace(/\/hook$/, ''),
    secret: new Secret(secret),
    account: 'AC01',
    from: '+15550100',
    now: () => nowMs,
    ...parts,
  });
  t.after(() => transport.close());
  return { receiver, send: (one = message) => transport.send(one) };
}

const answer = (receiver: Receiver, status: number, body = ''): void => {
  receiver.answer = (response) => void response.writeHead(status).end(body);
};

test('a webhook gets number and text, signed, with the id of the message', async (t) => {
  const { receiver, send: post } = await open(t, { adapter: 'webhook' });
  assert.deepEqual(await post(), { kind: 'sent' });
  const [received] = receiver.received;
  assert.deepEqual(JSON.parse(received?.body ?? ''), { to: message.recipient, text: message.text });
  assert.ok(received !== undefined && isSigned(received, secret, nowMs));
  assert.equal(received.headers['webhook-id'], `msg_${message.id}`);
});

test('Twilio gets a form, with account and token in the header alone', async (t) => {
  const { receiver, send: post } = await open(t, { adapter: 'twilio' });
  answer(receiver, 201, '{"sid":"SM1"}');
  assert.deepEqual(await post(), { kind: 'sent' });
  const [received] = receiver.received;
  assert.deepEqual(Object.fromEntries(new URLSearchParams(received?.body)), {
    To: message.recipient,
    From: '+15550100',
    Body: message.text,
  });
  assert.equal(received?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(received?.headers.authorization, `Basic ${Buffer.from(`AC01:${secret}`).toString('base64')}`);
  const service = await open(t, { adapter: 'twilio', from: 'MG0123' });
  answer(service.receiver, 201);
  await service.send();
  assert.equal(new URLSearchParams(service.receiver.received[0]?.body).get('MessagingServiceSid'), 'MG0123');
});

test('Vonage gets JSON, and its answer is read', async (t) => {
  const { receiver, send: post } = await open(t, { adapter: 'vonage', account: 'key' });
  answer(receiver, 200, '{"message-count":"1","messages":[{"status":"0"}]}');
  assert.deepEqual(await post({ ...message, text: 'für 123456' }), { kind: 'sent' });
  assert.deepEqual(JSON.parse(receiver.received[0]?.body ?? ''), {
    api_key: 'key',
    api_secret: secret,
    from: '15550100',
    to: '491701234567',
    text: 'für 123456',
    'client-ref': message.id,
    type: 'unicode',
  });
});

const unknown = { kind: 'never', fault: 'outcome_unknown' } as const;
const answers = [
  ['webhook', 400, '', { kind: 'never', fault: 'status_400' }],
  ['webhook', 429, '', { kind: 'later', fault: 'status_429', concerns: 'channel' }],
  ['webhook', 503, '', { kind: 'later', fault: 'status_503', concerns: 'channel' }],
  ['webhook', 302, '', { kind: 'later', fault: 'not_answered', concerns: 'channel' }],
  ['twilio', 400, '{"code":21211}', { kind: 'never', fault: 'status_400' }],
  ['twilio', 401, '', { kind: 'later', fault: 'status_401', concerns: 'channel' }],
  ['vonage', 200, '{"messages":[{"status":"4"}]}', { kind: 'later', fault: 'vonage_4', concerns: 'channel' }],
  ['vonage', 200, '{"messages":[{"status":"15"}]}', { kind: 'never', fault: 'vonage_15' }],
  ['vonage', 200, '{"messages":[{"status":"0"},{"status":"1"}]}', unknown],
  ['vonage', 200, '{"messages":[{"status":"0\\n"}]}', { kind: 'never', fault: 'vonage_unknown' }],
  ['vonage', 200, '{"messages":[]}', unknown],
  ['vonage', 200, 'fine', unknown],
  ['vonage', 200, '[null]', unknown],
] as const;

for (const [adapter, status, body, expected] of answers) {
  test(`${adapter}: ${status} ${body} means ${expected.kind}`, async (t) => {
    const { receiver, send: post } = await open(t, { adapter });
    receiver.answer = (response) => void response.writeHead(status, { location: '/elsewhere' }).end(body);
    assert.deepEqual(await post(), expected);
    assert.equal(receiver.received.length, 1, 'no redirect is followed');
  });
}

for (const [adapter, expected] of [
  ['webhook', { kind: 'later', fault: 'not_answered', concerns: 'channel' }],
  ['twilio', unknown],
  ['vonage', unknown],
] as const) {
  test(`${adapter}: an answer that breaks off means ${expected.kind}`, async (t) => {
    const { receiver, send: post } = await open(t, { adapter });
    receiver.answer = (response) => void response.destroy();
    assert.deepEqual(await post(), expected);
  });
}

test('what never left is tried again, with every service', async (t) => {
  for (const adapter of ['webhook', 'twilio', 'vonage'] as const) {
    const { send: post } = await open(t, { adapter, url: `http://127.0.0.1:${await findFreePort()}` });
    assert.deepEqual(await post(), { kind: 'later', fault: 'connection_refused', concerns: 'channel' });
  }
});

const code = { template: 'sms-code', language: 'en', values: { code: '123456', validMinutes: 5 } } as const;

async function openServer(t: TestContext, receiver: Receiver, more: object = {}): Promise<TestServer> {
  const server = await startTestServer({
    settings: {
      smsAdapter: 'twilio',
      smsWebhookUrl: receiver.url.replace(/\/hook$/, ''),
      smsWebhookSecret: 'token',
      smsAccount: 'AC01',
      smsFrom: '+15550100',
      smsCountries: ['+49'],
      ...more,
    },
  });
  t.after(() => server.close());
  return server;
}

test('A-190, A-157: the budget of an hour holds for all numbers together', async (t) => {
  const receiver = await openReceiver(t);
  const { house, clock } = await openServer(t, receiver, { smsPerHour: 3 });
  const text = (n: number): Promise<void> => send(house, { ...code, to: { phone: `+4917012345${n}0` } });
  for (let n = 0; n < 6; n += 1) await text(n);
  assert.equal(receiver.received.length, 3);
  clock.advanceMs(3_600_001);
  await text(7);
  assert.equal(receiver.received.length, 4);
});

test('a carrier that cannot tell a repeat is not asked twice after a crash', async (t) => {
  const receiver = await openReceiver(t);
  const { house, clock } = await openServer(t, receiver);
  await house.store.commit([
    ...house.messages.write({ ...code, to: { phone: '+491701234567' } }),
    {
      sql: "UPDATE outbox SET lease_id = 'crashed', lease_until_ms = ?, attempts = 1",
      parameters: [clock.now() + 60_000],
    },
  ]);
  clock.advanceMs(59_000);
  await house.messages.settled();
  assert.equal((await readQueue(house))[0]?.failedAtMs, null);
  clock.advanceMs(2000);
  await house.messages.settled();
  const [row] = await readQueue(house);
  assert.deepEqual([row?.fault, row?.values, receiver.received.length], ['outcome_unknown', null, 0]);
});
