import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createWebhook } from '../../src/flows/admin/create-webhook.ts';
import { changeWebhook } from '../../src/flows/admin/change-webhook.ts';
import { deleteWebhook } from '../../src/flows/admin/delete-webhook.ts';
import { testWebhook } from '../../src/flows/admin/test-webhook.ts';
import { readWebhook, type Webhook } from '../../src/flows/admin/webhook.ts';
import { sql } from '../../src/store/sql.ts';
import { webhookStatements } from '../../src/store/webhooks.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { revoke, session } from '../feed/feed-ground.ts';
import { readActions, source } from '../flows/test-house.ts';
import { isSigned, openReceiver, type Receiver } from './receiver.ts';

const actor = { kind: 'command-line' } as const;
const day = 86_400_000;

interface Ground {
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly id: string;
  readonly secret: string;
}

async function open(t: TestContext): Promise<Ground> {
  const server = await startTestServer();
  t.after(() => server.close());
  const receiver = await openReceiver(t);
  const { webhook, secret } = await createWebhook(server.house, { actor, url: receiver.url }, source);
  return { server, receiver, id: webhook.id, secret };
}

async function until(
  server: TestServer,
  id: string,
  isTrue: (webhook: Webhook) => boolean,
): Promise<Webhook> {
  for (;;) {
    const webhook = await readWebhook(server.house, id);
    if (isTrue(webhook)) return webhook;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const subjects = (receiver: Receiver): readonly string[] =>
  receiver.received.map(({ body }) => JSON.parse(body).data.subject);

test('what is revoked is posted in order, signed, once each', async (t) => {
  const { server, receiver, secret, id } = await open(t);
  await revoke(server, session(1), session(2), session(3));
  const received = await receiver.arrived(3);
  assert.deepEqual(subjects(receiver), ['session-1', 'session-2', 'session-3']);
  assert.ok(received.every((one) => isSigned(one, secret, server.clock.now())));
  const ids = received.map(({ headers }) => String(headers['webhook-id']));
  assert.equal(new Set(ids).size, 3);
  assert.match(ids[0] ?? '', /^msg_[A-Za-z0-9_-]{22}$/);
  const { type, timestamp, data } = JSON.parse(received[0]?.body ?? '');
  assert.deepEqual([type, timestamp], ['revocation.created', new Date(server.clock.now()).toISOString()]);
  assert.deepEqual([data.scope, data.reason, Number.isSafeInteger(data.seq)], ['session', 'test', true]);
  await until(server, id, ({ deliveredAtMs }) => deliveredAtMs !== null);
  await revoke(server, session(4));
  await receiver.arrived(4);
  assert.deepEqual(subjects(receiver).slice(3), ['session-4']);
});

test('an attempt that fails is repeated later with the same id, and holds up those behind it', async (t) => {
  const { server, receiver, id, secret } = await open(t);
  receiver.answer = (response) => void response.writeHead(500).end();
  await revoke(server, session(1), session(2));
  const failed = await until(server, id, ({ fault }) => fault !== null);
  assert.equal(failed.fault, 'status_500');
  assert.equal(receiver.received.length, 1);
  receiver.answer = (response) => void response.writeHead(200).end();
  server.clock.advanceMs(6000);
  const [first, again] = await receiver.arrived(3);
  assert.deepEqual(subjects(receiver), ['session-1', 'session-1', 'session-2']);
  assert.equal(again?.headers['webhook-id'], first?.headers['webhook-id']);
  assert.notEqual(again?.headers['webhook-timestamp'], first?.headers['webhook-timestamp']);
  assert.ok(again !== undefined && isSigned(again, secret, server.clock.now()));
  await until(server, id, ({ fault, failingSinceMs }) => fault === null && failingSinceMs === null);
});

test('after three days of failures an endpoint is disabled, with a row in the audit table', async (t) => {
  const { server, receiver, id } = await open(t);
  receiver.answer = (response) => void response.writeHead(500).end();
  await revoke(server, session(1));
  await until(server, id, ({ failingSinceMs }) => failingSinceMs !== null);
  server.clock.advanceMs(3 * day);
  const { disabledAtMs } = await until(server, id, (webhook) => webhook.disabledAtMs !== null);
  assert.equal(disabledAtMs, server.clock.now());
  assert.ok((await readActions(server.house)).includes('webhook.disabled'));
  server.clock.advanceMs(day);
  receiver.answer = (response) => void response.writeHead(200).end();
  const { length } = receiver.received;
  await changeWebhook(server.house, { actor, webhookId: id, disabled: false }, source);
  server.clock.advanceMs(2000);
  await receiver.arrived(length + 1);
  assert.deepEqual(new Set(subjects(receiver)), new Set(['session-1']));
});

test('410 disables an endpoint at once', async (t) => {
  const { server, receiver, id } = await open(t);
  receiver.answer = (response) => void response.writeHead(410).end();
  await revoke(server, session(1));
  const { fault } = await until(server, id, ({ disabledAtMs }) => disabledAtMs !== null);
  assert.equal(fault, 'status_410');
});

test('two servers over one database deliver each event once', async (t) => {
  const { server, receiver, id } = await open(t);
  const { directory } = server;
  const other = await startTestServer({ directory, startMs: server.clock.now() });
  t.after(() => other.close());
  const all = Array.from({ length: 20 }, (_, n) => session(n));
  await Promise.all(
    [0, 1, 2, 3].flatMap((n) => revoke(n % 2 === 0 ? server : other, ...all.slice(n * 5, n * 5 + 5))),
  );
  for (const one of [server, other]) one.clock.advanceMs(2000);
  await receiver.arrived(20);
  await until(server, id, ({ deliveredAtMs }) => deliveredAtMs !== null);
  assert.equal(new Set(subjects(receiver)).size, 20);
  assert.equal(receiver.received.length, 20);
});

test('of a hundred who claim an endpoint at once one gets it, and whoever lost it moves nothing', async (t) => {
  const { server, id } = await open(t);
  const { store } = server.house;
  const nowMs = server.clock.now();
  const leases = Array.from({ length: 100 }, (_, n) => ({ id, leaseId: String(n) }));
  const outcomes = await Promise.all(
    leases.map((lease) => store.commit([webhookStatements.claim(lease, { nowMs, untilMs: nowMs + 1000 })])),
  );
  const winners = leases.filter((_, n) => {
    const outcome = outcomes[n];
    return outcome?.kind === 'committed' && outcome.results[0].rows.length === 1;
  });
  assert.equal(winners.length, 1);
  const [loser = { id, leaseId: '' }] = leases.filter((lease) => lease !== winners[0]);
  const moved = await store.commit([webhookStatements.noteDelivered(loser, { seq: 1, atMs: 1, untilMs: 1 })]);
  assert.equal(moved.kind, 'refused');
});

test('a disabled or removed endpoint is told of nothing, and a test goes to it anyway', async (t) => {
  const { server, receiver, id, secret } = await open(t);
  await changeWebhook(server.house, { actor, webhookId: id, disabled: true }, source);
  await revoke(server, session(1));
  assert.deepEqual(await testWebhook(server.house, id), { delivered: true, fault: null });
  const [sent] = await receiver.arrived(1);
  assert.ok(sent !== undefined && isSigned(sent, secret, server.clock.now()));
  assert.equal(JSON.parse(sent.body).type, 'webhook.test');
  await deleteWebhook(server.house, { actor, webhookId: id }, source);
  await assert.rejects(testWebhook(server.house, id), { code: 'not_found' });
  assert.equal(receiver.received.length, 1);
});

test('an endpoint that a crashed process held is served again when its time is over', async (t) => {
  const { server, receiver, id } = await open(t);
  const nowMs = server.clock.now();
  const lease = { id, leaseId: 'crashed' };
  await server.house.store.commit([webhookStatements.claim(lease, { nowMs, untilMs: nowMs + 60_000 })]);
  await revoke(server, session(1));
  server.clock.advanceMs(59_000);
  await server.house.store.check();
  assert.equal(receiver.received.length, 0);
  server.clock.advanceMs(2000);
  await receiver.arrived(1);
});

async function countEvents({ house }: TestServer): Promise<number> {
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM revocations`);
  return row?.n ?? -1;
}

test('A-437: events that an endpoint lacks stay until it is disabled', async (t) => {
  const { server, receiver, id } = await open(t);
  receiver.answer = (response) => void response.writeHead(500).end();
  await revoke(server, session(1), session(2), session(3));
  await until(server, id, ({ fault }) => fault !== null);
  server.clock.advanceMs(2 * day);
  for (let turn = 0; turn < 5; turn++) {
    await server.house.store.check();
    server.clock.advanceMs(600_000);
  }
  assert.equal(await countEvents(server), 3);
  await changeWebhook(server.house, { actor, webhookId: id, disabled: true }, source);
  for (let turn = 0; turn < 50 && (await countEvents(server)) > 1; turn++) {
    server.clock.advanceMs(600_000);
    await server.house.store.check();
  }
  assert.equal(await countEvents(server), 1, 'the last event of all always stays');
});
