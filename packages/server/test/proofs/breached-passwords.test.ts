import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { StartRefusal } from '../../src/base/start-refusal.ts';
import { checkNewPassword } from '../../src/flows/check-new-password.ts';
import { register } from '../../src/flows/register.ts';
import { openBreachFilter } from '../../src/proofs/breach-filter.ts';
import { createBreachedPasswords } from '../../src/proofs/breached-passwords.ts';
import { buildBreachFilter } from '../../src/proofs/build-breach-filter.ts';
import type { SettingsInput } from '../../src/settings/settings.ts';
import { startTestServer } from '../../src/testing.ts';
import { run } from '../cli/recorded-terminal.ts';
import { openTestHouse, readActions, source } from '../flows/test-house.ts';
import { makeFolder } from '../settings/settings-folder.ts';

const leaked = 'nine green chairs in a row';
const good = 'seven boats on a green lake';
const log = { info: () => {}, warn: () => {}, error: () => {} };
const sha1 = (text: string): string => hash('sha1', text, 'hex').toUpperCase();

async function makeFilter(t: TestContext, lines: readonly string[]) {
  const folder = makeFolder(t);
  const [from, to] = [join(folder, 'list.txt'), join(folder, 'leaked.filter')];
  writeFileSync(from, lines.join('\n'));
  return { path: to, built: await buildBreachFilter(from, to) };
}

async function findIn(path: string, password: string): Promise<string> {
  const filter = await openBreachFilter(path);
  const passwords = createBreachedPasswords({ filter, url: undefined, log });
  try {
    return await passwords.find(password);
  } finally {
    await passwords.close();
  }
}

test('A-129: digests with counts and passwords as they are make a filter that finds them', async (t) => {
  const { path, built } = await makeFilter(t, [
    `${sha1(leaked)}:17`,
    sha1('b').toLowerCase(),
    'plain one\r',
    '',
  ]);
  assert.equal(built.entries, 3);
  for (const password of [leaked, 'b', 'plain one']) assert.equal(await findIn(path, password), 'listed');
  assert.equal(await findIn(path, good), 'not-listed');
});

test('A-129: every entry is found, and no more others than the rate that is printed', async (t) => {
  const { path, built } = await makeFilter(
    t,
    Array.from({ length: 20_000 }, (_, n) => sha1(`in ${n}`)),
  );
  assert.ok(built.falsePositiveRate < 1.1e-4 && built.falsePositiveRate > 0.5e-4);
  assert.ok(built.fileBytes < 20_000 * 2.41);
  const filter = await openBreachFilter(path);
  t.after(() => filter.close());
  let missing = 0;
  let wrong = 0;
  for (let n = 0; n < 20_000; n++) {
    if (n % 10 === 0 && !(await filter.has(hash('sha1', `in ${n}`, 'buffer')))) missing += 1;
    if (await filter.has(hash('sha1', `out ${n}`, 'buffer'))) wrong += 1;
  }
  assert.equal(missing, 0);
  assert.ok(wrong <= 12, String(wrong));
});

const damages: readonly (readonly [name: string, damage: (path: string) => void])[] = [
  ['a bit that fell over', (path) => flip(path, 100)],
  ['a header of another file', (path) => flip(path, 0)],
  ['a number of entries that changed', (path) => flip(path, 15)],
  ['a number of bits that changed', (path) => flip(path, 27)],
  ['a file that is too short', (path) => truncateSync(path, 90)],
  ['less than a header', (path) => truncateSync(path, 10)],
  ['an empty file', (path) => truncateSync(path, 0)],
  ['a list of passwords', (path) => writeFileSync(path, `${sha1('a')}:1\n`.repeat(100))],
];

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(path, bytes);
}

for (const [name, damage] of damages) {
  test(`A-129: no server starts with a filter that is ${name}`, async (t) => {
    const { path } = await makeFilter(
      t,
      Array.from({ length: 1000 }, (_, n) => `entry ${n}`),
    );
    damage(path);
    await assert.rejects(startTestServer({ settings: { breachedPasswordsFile: path } }), StartRefusal);
  });
}

test('A-129: a filter that is not there refuses the start, without its content', async () => {
  await assert.rejects(startTestServer({ settings: { breachedPasswordsFile: '/nowhere/x' } }), /ENOENT/);
});

test('the command makes a filter, says its size and how often it errs, and refuses what is not there', async (t) => {
  const directory = makeFolder(t);
  writeFileSync(join(directory, 'list.txt'), `${leaked}\n`);
  const made = await run(['passwords', 'build-filter', '--from', 'list.txt', '--to', 'f', '--json'], {
    directory,
  });
  assert.equal(made.exitCode, 0);
  assert.equal(JSON.parse(made.output).entries, 1);
  assert.equal(await findIn(join(directory, 'f'), leaked), 'listed');
  const missing = await run(['passwords', 'build-filter', '--from', 'nothing', '--to', 'g'], { directory });
  assert.equal(missing.exitCode, 1);
  assert.equal((await run(['passwords', 'build-filter'], { directory })).exitCode, 2);
});

/** A service that says what a test wants, and keeps what it was asked. */
async function openService(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly asked: readonly IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/range`, asked };
}

function openWith(t: TestContext, settings: SettingsInput) {
  return openTestHouse(t, { settings });
}

const list = (text: string) => (_: IncomingMessage, response: ServerResponse) => {
  response.end(text);
};

test('A-129: a service learns five digits, and what it lists is refused by its own code', async (t) => {
  const rest = sha1(leaked).slice(5);
  const { url, asked } = await openService(t, list(`${'0'.repeat(35)}:3\r\n${rest}:17\r\n`));
  const { house } = await openWith(t, { breachedPasswordsUrl: url });
  await assert.rejects(register(house, { email: 'a@example.com', password: leaked }, source), {
    code: 'password_breached',
  });
  assert.equal(asked[0]?.url, `/range/${sha1(leaked).slice(0, 5)}`);
  assert.equal(asked[0]?.headers['add-padding'], 'true');
  await register(house, { email: 'a@example.com', password: good }, source);
  assert.deepEqual(await readActions(house), ['account.registered']);
});

test('A-129: an entry of the padding is none', async (t) => {
  const { url } = await openService(t, list(`${sha1(leaked).slice(5)}:0\r\n`));
  const { house } = await openWith(t, { breachedPasswordsUrl: url });
  await checkNewPassword(house, leaked, []);
});

const failures: readonly (readonly [string, (request: IncomingMessage, response: ServerResponse) => void])[] =
  [
    ['fails', (_, response) => response.writeHead(500).end()],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: '/else' }).end()],
    ['breaks off', (request) => request.socket.destroy()],
    ['answers without end', (_, response) => void response.end('x'.repeat(2_000_000))],
  ];
for (const [name, answer] of failures) {
  test(`A-130: a service that ${name} keeps nobody from a good password, and lets no common one through`, async (t) => {
    const { url } = await openService(t, answer);
    const { house, logLines } = await openWith(t, { breachedPasswordsUrl: url });
    await checkNewPassword(house, good, []);
    assert.deepEqual(await readActions(house), ['password.breach-list-not-asked']);
    assert.ok(logLines.some((line) => line.includes('breached-passwords.not-asked')));
    assert.ok(!logLines.join().includes(sha1(good).slice(0, 5)));
    await assert.rejects(checkNewPassword(house, 'Password123456!', []), { code: 'password_too_common' });
  });
}

test('A-130: a service that says nothing is not waited for', async (t) => {
  const { url } = await openService(t, () => {});
  const passwords = createBreachedPasswords({ filter: undefined, url, log, timeoutMs: 20 });
  assert.equal(await passwords.find(good), 'not-asked');
});

test('A-130: the list of the operator holds while the service does not', async (t) => {
  const { path } = await makeFilter(t, [leaked]);
  const { house } = await openWith(t, {
    breachedPasswordsFile: path,
    breachedPasswordsUrl: 'http://127.0.0.1:9/range',
  });
  await checkNewPassword(house, good, []);
  await assert.rejects(checkNewPassword(house, leaked, []), { code: 'password_breached' });
});
