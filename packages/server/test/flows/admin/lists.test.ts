import assert from 'node:assert/strict';
import test from 'node:test';
import type { House } from '../../../src/base/house.ts';
import { createClient } from '../../../src/flows/admin/create-client.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { deleteUser } from '../../../src/flows/admin/delete-user.ts';
import { listAudit } from '../../../src/flows/admin/list-audit.ts';
import { listClients } from '../../../src/flows/admin/list-clients.ts';
import { listRoles } from '../../../src/flows/admin/list-roles.ts';
import { listUserSessions } from '../../../src/flows/admin/list-user-sessions.ts';
import { listUsers } from '../../../src/flows/admin/list-users.ts';
import type { Page, PageRequest } from '../../../src/flows/admin/page.ts';
import { sql } from '../../../src/store/sql.ts';
import { addAccount, commandLine, openAdminHouse, password, refusal, signIn } from './open-admin-house.ts';
import { source } from '../test-house.ts';

const actor = commandLine;

async function readAll<Item>(
  list: (request: PageRequest) => Promise<Page<Item>>,
  limit: number,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list(cursor === undefined ? { limit } : { limit, cursor });
    assert.ok(page.items.length <= limit);
    all.push(...page.items);
    if (page.nextCursor === null) return all;
    cursor = page.nextCursor;
  }
}

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

test('pages of every size give each user once, newest first, equal times too', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  for (let i = 0; i < 7; i++) {
    await addAccount(house);
    if (i % 3 === 0) clock.advanceMs(1000);
  }
  const whole = await readAll((request) => listUsers(house, request), 200);
  assert.equal(whole.length, 7);
  const times = whole.map(({ createdAtMs }) => createdAtMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  for (const limit of [1, 2, 3, 7]) {
    assert.deepEqual(await readAll((request) => listUsers(house, request), limit), whole);
  }
});

test('a page goes on where the last one ended, also when its last user was deleted meanwhile', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  const accounts = [];
  for (let i = 0; i < 4; i++) {
    accounts.unshift(await addAccount(house));
    clock.advanceMs(1);
  }
  const first = await listUsers(house, { limit: 2 });
  await deleteUser(house, { actor, userId: accounts[1]?.id ?? '' }, source);
  const second = await listUsers(house, { limit: 2, cursor: first.nextCursor ?? '' });
  assert.deepEqual(ids(second.items), ids(accounts.slice(2)));
  assert.equal(second.nextCursor, null);
});

test('a search finds beginnings of addresses and user names in any case', async (t) => {
  const { house } = await openAdminHouse(t);
  for (const [email, username] of [
    ['Anna@example.com', 'zoe'],
    ['ben@example.com', 'Annabel'],
    ['joanna@example.com', undefined],
  ] as const) {
    await createUser(house, { actor, email, username }, source);
  }
  const search = async (text: string): Promise<string[]> =>
    (await listUsers(house, { search: text })).items.map(({ email }) => email).sort();
  assert.deepEqual(await search('ANNA'), ['Anna@example.com', 'ben@example.com']);
  assert.deepEqual(await search('anna@'), ['Anna@example.com']);
  assert.deepEqual(await search('zoe'), ['Anna@example.com']);
  assert.deepEqual(await search('example'), []);
  assert.equal((await listUsers(house, { search: 'anna', limit: 1 })).items.length, 1);
});

test('A-416: signs that are wildcards elsewhere are looked for as they are', async (t) => {
  const { house } = await openAdminHouse(t);
  await createUser(house, { actor, email: '%a_b@example.com' }, source);
  await createUser(house, { actor, email: 'xaxb@example.com' }, source);
  for (const [text, count] of [
    ['%', 1],
    ['%%%', 0],
    ['%a_b', 1],
    ['_', 0],
    ['xa_b', 0],
    ['*', 0],
    ['\\', 0],
    ['[a-z]', 0],
  ] as const) {
    assert.equal((await listUsers(house, { search: text })).items.length, count, text);
  }
});

test('A-403: a page has 1 to 200 rows, 50 where nothing is said', async (t) => {
  const { house } = await openAdminHouse(t);
  for (const list of lists(house)) {
    for (const limit of [0, -1, 201, 1e9, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(list({ limit }), refusal('invalid_request'));
    }
  }
  await house.store.commit(
    Array.from(
      { length: 60 },
      (_, i) => sql`INSERT INTO users (id, email, email_canonical, created_at_ms, updated_at_ms)
        VALUES (${`u${i}`}, ${`u${i}@x`}, ${`u${i}@x`}, ${i}, ${i})`,
    ),
  );
  assert.equal((await listUsers(house, {})).items.length, 50);
  assert.equal((await listUsers(house, { limit: 200 })).items.length, 60);
});

test('A-402: a cursor of another list, or one that was tampered with, is refused', async (t) => {
  const { house } = await openAdminHouse(t);
  const cursors = [
    '',
    'x',
    'cursor',
    'dDE',
    "'",
    'dDEuYQ==',
    Buffer.from("t1.a' OR '1'='1").toString('base64url'),
  ];
  for (const list of lists(house)) {
    for (const cursor of cursors) await assert.rejects(list({ cursor }), refusal('invalid_request'), cursor);
  }
  const { id } = await addAccount(house);
  await addAccount(house);
  const { nextCursor } = await listUsers(house, { limit: 1 });
  assert.ok(nextCursor);
  await assert.rejects(listRoles(house, { cursor: nextCursor }), refusal('invalid_request'));
  await assert.rejects(listAudit(house, { cursor: nextCursor }), refusal('invalid_request'));
  assert.deepEqual((await listUserSessions(house, { userId: id, cursor: nextCursor })).items, []);
});

const payloads: readonly string[] = [
  `'`,
  `"`,
  `\\`,
  `;`,
  `--`,
  `/*`,
  `' OR '1'='1`,
  `' OR 1=1 --`,
  `'; DROP TABLE users; --`,
  `" OR ""="`,
  `') UNION SELECT phc, phc, phc FROM passwords --`,
  `1 UNION SELECT * FROM audit`,
  `admin'/*`,
  `$1`,
  `?`,
  `?1`,
  `:name`,
  `@p`,
  `%27%20OR%201=1`,
  `\u0000`,
  `\u0000' OR 1=1`,
  `\ud800`,
  `\u{10ffff}`,
  'a'.repeat(254),
  `{"$ne":null}`,
  `[object Object]`,
  `__proto__`,
  `$.a[*]`,
  `x' COLLATE NOCASE`,
  `x'; ATTACH DATABASE 'x' AS y; --`,
  `x' AND load_extension('x') --`,
  `ORDER BY 1`,
];

test('A-415: no parameter of a list is read as SQL', async (t) => {
  const { house } = await openAdminHouse(t);
  const { id: userId } = await createUser(house, { actor, email: 'a@example.com', password }, source);
  const tables = await countTables(house);
  for (const payload of payloads) {
    for (const prefix of ['', 'a', 'a@example.com']) {
      const search = prefix + payload;
      const isId = /^[\w-]{1,64}$/.test(search);
      const cursors = isId ? [search] : [search, Buffer.from(`t1.${search}`).toString('base64url')];
      assert.deepEqual((await listUsers(house, { search })).items, [], search);
      assert.deepEqual((await listAudit(house, { userId: search, action: search })).items, []);
      assert.deepEqual((await listAudit(house, { action: search })).items, []);
      await assert.rejects(listUserSessions(house, { userId: search }), refusal('not_found'));
      for (const list of lists(house)) {
        for (const cursor of cursors) await assert.rejects(list({ cursor }), refusal('invalid_request'));
      }
    }
  }
  assert.deepEqual(await countTables(house), tables);
  assert.deepEqual(ids((await listUsers(house, { search: 'a@example.com' })).items), [userId]);
});

test('roles are listed by name and clients newest first, on pages', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  const made = [];
  for (const name of ['b', 'c', 'zebra']) {
    await createRole(house, { actor, name, description: '', permissions: [] }, source);
    clock.advanceMs(1);
    made.unshift((await createClient(house, { actor, name, scopes: [] }, source)).client.id);
  }
  const roles = await readAll((request) => listRoles(house, request), 2);
  assert.deepEqual(
    roles.map(({ name }) => name),
    ['admin', 'b', 'c', 'user', 'zebra'],
  );
  assert.deepEqual(ids(await readAll((request) => listClients(house, request), 2)), made);
});

test('sessions of one user are listed without those of others', async (t) => {
  const { house, clock } = await openAdminHouse(t);
  for (const username of ['bob', 'eve']) {
    await createUser(house, { actor, email: `${username}@example.com`, username, password }, source);
  }
  const own = [];
  for (let i = 0; i < 3; i++) {
    own.unshift((await signIn(house, 'bob')).sessionId);
    await signIn(house, 'eve');
    clock.advanceMs(1000);
  }
  const { items } = await listUsers(house, { search: 'bob' });
  const userId = items[0]?.id ?? '';
  const sessions = await readAll((request) => listUserSessions(house, { ...request, userId }), 2);
  assert.deepEqual(ids(sessions), own);
  assert.doesNotMatch(JSON.stringify(sessions), /refresh|request_?hash/i);
});

function lists(house: House): readonly ((request: PageRequest) => Promise<Page<unknown>>)[] {
  return [
    (request) => listUsers(house, request),
    (request) => listRoles(house, request),
    (request) => listClients(house, request),
    (request) => listAudit(house, request),
  ];
}

async function countTables(house: House): Promise<unknown> {
  return house.store.read(
    sql<unknown>`SELECT (SELECT count(*) FROM sqlite_schema) AS tables, (SELECT count(*) FROM users) AS users,
      (SELECT count(*) FROM audit) AS acts`,
  );
}
