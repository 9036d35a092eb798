import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTestServer, type TestServer, type TestServerOptions } from '../../src/testing.ts';
import { findFreePort } from '../free-port.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { alice, readQueue, resetFor, send } from './mail-ground.ts';
import { openMailServer, type TestMailServer } from './mail-server.ts';

const mailFrom = 'Example <auth@example.com>';

interface Ground {
  readonly server: TestServer;
  readonly mail: TestMailServer;
}

async function open(t: TestContext, options: TestServerOptions = {}): Promise<Ground> {
  const mail = await openMailServer(t);
  return { mail, server: await openAt(t, mail.port, options) };
}

async function openAt(t: TestContext, port: number, options: TestServerOptions = {}): Promise<TestServer> {
  const smtpUrl = `smtp://127.0.0.1:${port}`;
  const server = await startTestServer({ ...options, settings: { smtpUrl, mailFrom, ...options.settings } });
  t.after(() => server.close());
  return server;
}

const idsOf = (mail: TestMailServer): readonly (string | undefined)[] =>
  mail.received.map((one) => one.mail.messageId);

test('a message of an act reaches its recipient, in its language', async (t) => {
  const { server, mail } = await open(t);
  await send(server.house, { ...resetFor(alice.email), language: 'de-CH, en;q=0.5' });
  const [received] = await mail.arrived(1);
  assert.deepEqual(received?.to, [alice.email]);
  assert.equal(received?.mail.subject, 'Neues Passwort für localhost:4000');
  assert.match(received?.mail.text ?? '', /http:\/\/localhost:4000\/reset-password\?code=abc/);
  assert.match(received?.mail.html ?? '', /href="http:\/\/localhost:4000\/reset-password\?code=abc"/);
});

test('A-451: a refusal for now is repeated later, and what comes after it is not held up', async (t) => {
  const { server, mail } = await open(t);
  mail.answers = { rcpt: 450 };
  await send(server.house, resetFor(alice.email));
  const [delayed] = await readQueue(server.house);
  assert.deepEqual([delayed?.fault, delayed?.attempts], ['smtp_450', 1]);
  mail.answers = {};
  await send(server.house, resetFor('bob@example.com'));
  assert.deepEqual(
    mail.received.map(({ to }) => to[0]),
    ['bob@example.com'],
  );
  server.clock.advanceMs(30_000);
  await server.house.messages.settled();
  assert.deepEqual(
    mail.received.map(({ to }) => to[0]),
    ['bob@example.com', alice.email],
  );
});

test('a refusal for good ends a message, with the fault in its row and nothing else of it', async (t) => {
  const { server, mail } = await open(t);
  mail.answers = { rcpt: 550 };
  await send(server.house, resetFor(alice.email));
  const [row] = await readQueue(server.house);
  assert.deepEqual([row?.fault, row?.failedAtMs, row?.values], ['smtp_550', server.clock.now(), null]);
  mail.answers = {};
  server.clock.advanceMs(86_000_000);
  await server.house.messages.settled();
  assert.equal(mail.received.length, 0);
});

test('A-451: while nobody answers the channel rests, and goes on with all that waits', async (t) => {
  const port = await findFreePort();
  const server = await openAt(t, port);
  for (const name of ['a', 'b', 'c']) await send(server.house, resetFor(`${name}@example.com`));
  for (let turn = 0; turn < 40; turn += 1) {
    server.clock.advanceMs(10_000);
    await server.house.messages.settled();
  }
  const waiting = await readQueue(server.house);
  assert.deepEqual(
    waiting.map(({ fault }) => fault),
    ['connection_failed', 'connection_failed', 'connection_failed'],
  );
  const attempts = waiting.reduce((sum, row) => sum + row.attempts, 0);
  assert.ok(attempts < 45, `${attempts} attempts in 400 seconds`);
  const mail = await openMailServer(t, { port });
  server.clock.advanceMs(60_001);
  await server.house.messages.settled();
  assert.equal(mail.received.length, 3);
});

test('a link that is not good any more is not sent', async (t) => {
  const port = await findFreePort();
  const server = await openAt(t, port);
  await send(server.house, resetFor(alice.email));
  const mail = await openMailServer(t, { port });
  server.clock.advanceMs(60 * 60_000);
  await server.house.messages.settled();
  const [row] = await readQueue(server.house);
  assert.deepEqual([row?.fault, row?.values, mail.received.length], ['expired', null, 0]);
});

test('what waited when a server stopped is sent by the next one', async (t) => {
  const directory = makeFolder(t);
  const port = await findFreePort();
  const first = await openAt(t, port, { directory });
  await send(first.house, resetFor(alice.email), resetFor('bob@example.com'));
  await first.close();
  const mail = await openMailServer(t, { port });
  const second = await openAt(t, port, { directory, startMs: first.clock.now() + 10_000 });
  await second.house.messages.settled();
  assert.equal(mail.received.length, 2);
});

test('of two servers over one database each message is sent by one', async (t) => {
  const directory = makeFolder(t);
  const { server: one, mail } = await open(t, { directory });
  const other = await openAt(t, mail.port, { directory });
  for (let n = 0; n < 20; n += 1) {
    const { house } = n % 2 === 0 ? one : other;
    await house.store.commit(house.messages.write(resetFor(`user-${n}@example.com`)));
    for (const each of [one, other]) each.house.messages.wake();
  }
  await Promise.all([one, other].map(({ house }) => house.messages.settled()));
  assert.equal(mail.received.length, 20);
  assert.equal(new Set(idsOf(mail)).size, 20);
});

test('a mail that was accepted by a process that died before it knew is sent again under the same id', async (t) => {
  const directory = makeFolder(t);
  const mail = await openMailServer(t);
  const child = spawn(
    process.execPath,
    [
      '-C',
      '@countersign/source',
      fileURLToPath(new URL('dying-sender.ts', import.meta.url)),
      directory,
      String(mail.port),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  mail.beforeAnswer = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  await exited;
  await mail.arrived(1);
  mail.beforeAnswer = () => {};
  const startMs = Date.UTC(2026, 0, 1);
  const server = await openAt(t, mail.port, { directory, startMs });
  await server.house.messages.settled();
  assert.equal(mail.received.length, 1, 'another process may still hold it');
  server.clock.advanceMs(60_001);
  await server.house.messages.settled();
  assert.equal(mail.received.length, 2);
  assert.equal(new Set(idsOf(mail)).size, 1);
  server.clock.advanceMs(120_000);
  await server.house.messages.settled();
  assert.equal(mail.received.length, 2);
});

test('a stop waits for what is being sent, and notes it', async (t) => {
  const directory = makeFolder(t);
  const { server, mail } = await open(t, { directory });
  const { promise: isThere, resolve: there } = Promise.withResolvers<void>();
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  mail.beforeAnswer = () => {
    there();
    return mayAnswer;
  };
  await server.house.store.commit(server.house.messages.write(resetFor(alice.email)));
  server.house.messages.wake();
  await isThere;
  const closed = server.close();
  answer();
  await closed;
  const next = await openAt(t, mail.port, { directory, startMs: server.clock.now() + 120_000 });
  await next.house.messages.settled();
  assert.equal(mail.received.length, 1);
});

test('A-179: a code or link stands in no log line, and in the database only sealed', async (t) => {
  const canary = 'canary-5f0c2b';
  const { server, mail } = await open(t);
  const paths = { path: `/reset-password?code=${canary}` };
  mail.answers = { data: 451 };
  await send(server.house, resetFor(alice.email, paths.path));
  await send(server.house, {
    template: 'sign-in-code',
    to: alice,
    language: 'en',
    values: { code: canary, validMinutes: 10 },
  });
  const folder = join(server.directory, 'data');
  const files = (): string =>
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
  assert.ok(!files().includes(canary));
  assert.ok(files().includes(alice.email), 'the files are those of the queue');
  mail.answers = {};
  server.clock.advanceMs(60_000);
  await server.house.messages.settled();
  assert.equal(mail.received.filter(({ raw }) => raw.includes(canary)).length, 2);
  const lines = server.logLines.join('\n');
  assert.ok(lines.includes('message.sent') && lines.includes('message.delayed'));
  assert.ok(
    !lines.includes(canary) && !lines.includes(alice.email) && !lines.includes('secret-of-the-server'),
  );
});

test('a row of another master key is ended and not tried for ever', async (t) => {
  const directory = makeFolder(t);
  const port = await findFreePort();
  const first = await openAt(t, port, { directory });
  await send(first.house, resetFor(alice.email));
  await first.house.store.commit([{ sql: "UPDATE outbox SET sealed_values = x'00'", parameters: [] }]);
  first.clock.advanceMs(10_000);
  await first.house.messages.settled();
  const [row] = await readQueue(first.house);
  assert.equal(row?.fault, 'unreadable');
});

test('rows that ended are gone after a day, and what waits stays', async (t) => {
  const { server, mail } = await open(t);
  await send(server.house, resetFor(alice.email));
  mail.answers = { rcpt: 450 };
  await send(server.house, {
    template: 'password-changed',
    to: alice,
    language: 'en',
    values: { path: '/x', atMs: 0 },
  });
  for (let hour = 0; hour < 25; hour += 1) {
    server.clock.advanceMs(3_600_000);
    await server.house.messages.settled();
  }
  await server.house.store.check();
  assert.deepEqual(
    (await readQueue(server.house)).map(({ template }) => template),
    ['password-changed'],
  );
});

test('a mail server that never answers holds a stop up for a moment alone', {
  timeout: 20_000,
}, async (t) => {
  const { server, mail } = await open(t);
  const { promise: isThere, resolve: there } = Promise.withResolvers<void>();
  const { promise: never, resolve: end } = Promise.withResolvers<void>();
  mail.beforeAnswer = () => {
    there();
    return never;
  };
  await server.house.store.commit(server.house.messages.write(resetFor(alice.email)));
  server.house.messages.wake();
  await isThere;
  const startedAtMs = performance.now();
  await server.close();
  end();
  assert.ok(performance.now() - startedAtMs < 10_000);
});
