import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { nextHash } from '@countersign/revocation';
import type { Store } from '../../src/base/house.ts';
import { StartRefusal } from '../../src/base/start-refusal.ts';
import { recordAct } from '../../src/store/audit.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { feedStatements } from '../../src/store/feed.ts';
import { firstFeedRow, publishEvents } from '../../src/store/revocations.ts';
import { list, mustChange, sql } from '../../src/store/sql.ts';

function scratchFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'countersign.db');
}

function open(t: TestContext, file = scratchFile(t)): Store {
  const store = openSqlite(file);
  t.after(() => store.close());
  return store;
}

const put = (name: string): ReturnType<typeof sql> =>
  sql`INSERT INTO house (name, value) VALUES (${name}, ${Uint8Array.of(1)})`;

async function names(store: Store): Promise<string[]> {
  return (await store.read(sql<{ name: string }>`SELECT name FROM house ORDER BY name`)).map(
    (row) => row.name,
  );
}

test('a committed act is read back, also after the file was opened again', async (t) => {
  const file = scratchFile(t);
  const store = openSqlite(file);
  const outcome = await store.commit([put('a'), put('b')]);
  assert.equal(outcome.kind, 'committed');
  await store.close();
  assert.deepEqual(await names(open(t, file)), ['a', 'b']);
});

test('an act whose second statement is refused leaves no trace, and its neighbours stand', async (t) => {
  const store = open(t);
  await store.commit([put('taken')]);
  const [before, refused, after] = await Promise.all([
    store.commit([put('before')]),
    store.commit([put('half'), put('taken')]),
    store.commit([put('after')]),
  ]);
  assert.equal(before.kind, 'committed');
  assert.deepEqual(refused, {
    kind: 'refused',
    statement: 1,
    cause: { kind: 'unique', column: 'house.name' },
  });
  assert.equal(after.kind, 'committed');
  assert.deepEqual(await names(store), ['after', 'before', 'taken']);
});

test('a statement that must change one row and changes none refuses its act', async (t) => {
  const store = open(t);
  const outcome = await store.commit([
    put('a'),
    mustChange(1, sql`DELETE FROM house WHERE name = ${'nobody'}`),
  ]);
  assert.deepEqual(outcome, { kind: 'refused', statement: 1, cause: { kind: 'must-change' } });
  assert.deepEqual(await names(store), []);
});

test('a wrong statement is a fault of its writer alone', async (t) => {
  const store = open(t);
  const wrong = store.commit([put('x'), sql`INSERT INTO no_such_table VALUES (${1})`]);
  const right = store.commit([put('y')]);
  await assert.rejects(wrong, /no such table/);
  assert.equal((await right).kind, 'committed');
  assert.deepEqual(await names(store), ['y']);
});

test('RETURNING gives rows and counts them', async (t) => {
  const store = open(t);
  const outcome = await store.commit([
    mustChange(
      1,
      sql<{
        name: string;
      }>`INSERT INTO house (name, value) VALUES (${'r'}, ${Uint8Array.of(2)}) RETURNING name`,
    ),
  ]);
  assert.ok(outcome.kind === 'committed');
  assert.equal(outcome.results[0].rows[0]?.name, 'r');
});

test('A-415: a value is never read as SQL', async (t) => {
  const store = open(t);
  const hostile = `'); DROP TABLE house; --`;
  await store.commit([put(hostile)]);
  assert.deepEqual(await names(store), [hostile]);
  assert.deepEqual(await store.read(sql`SELECT name FROM house WHERE name IN (${list([])})`), []);
});

test('a hundred acts that publish events at once get dense numbers and one chain', async (t) => {
  const store = open(t);
  const fingerprintKey = new Uint8Array(16);
  await store.commit([firstFeedRow({ nowMs: 1_700_000_000_000, ttlMaxSeconds: 300, fingerprintKey })]);
  const feed = { fingerprintKey, ttlMaxSeconds: 300 };
  const first = (await store.read(feedStatements.readState()))[0];
  assert.ok(first);
  await Promise.all(
    Array.from({ length: 100 }, (_, i) => {
      const act = { id: `act-${i}`, atMs: 1_700_000_000_000 };
      const scope = i % 2 === 0 ? 'user' : 'session';
      return store.commit([
        recordAct({ ...act, action: 'session.ended', actor: 'cli' }),
        ...publishEvents(feed, act, [{ scope, subject: `s${i}`, reason: 'test' }]),
      ]);
    }),
  );
  const events = await store.read(
    sql<{
      seq: number;
      head: Uint8Array;
      epoch: number;
      scope: string;
    }>`SELECT seq, event_head AS head, epoch, scope FROM revocations ORDER BY seq`,
  );
  let hash = first.hash;
  for (const [index, event] of events.entries()) {
    assert.equal(event.seq, first.seq + 1 + index);
    assert.equal(event.epoch, event.scope === 'user' ? event.seq : 0);
    hash = nextHash(hash, event.head, event.epoch);
  }
  const last = (await store.read(feedStatements.readState()))[0];
  assert.equal(events.length, 100);
  assert.equal(last?.seq, first.seq + 100);
  assert.deepEqual(last?.hash, new Uint8Array(hash));
});

test('a repeated act meets its own id, and its event is not published twice', async (t) => {
  const store = open(t);
  const fingerprintKey = new Uint8Array(16);
  await store.commit([firstFeedRow({ nowMs: 1, ttlMaxSeconds: 300, fingerprintKey })]);
  const act = { id: 'one', atMs: 1 };
  const statements = [
    recordAct({ ...act, action: 'session.ended', actor: 'cli' }),
    ...publishEvents({ fingerprintKey, ttlMaxSeconds: 300 }, act, [
      { scope: 'session', subject: 's', reason: 'r' },
    ]),
  ];
  assert.equal((await store.commit(statements)).kind, 'committed');
  assert.deepEqual(await store.commit(statements), {
    kind: 'refused',
    statement: 0,
    cause: { kind: 'unique', column: 'audit.id' },
  });
  assert.equal((await store.read(sql`SELECT seq FROM revocations`)).length, 1);
});

test('a file of another program, a newer file and a text file are refused and stay as they were', (t) => {
  const foreign = scratchFile(t);
  const other = new DatabaseSync(foreign);
  other.exec('CREATE TABLE theirs (x)');
  other.close();
  assert.throws(
    () => openSqlite(foreign),
    (error) => error instanceof StartRefusal && /another program/.test(error.message),
  );

  const newer = scratchFile(t);
  const future = new DatabaseSync(newer);
  future.exec('PRAGMA application_id = 0x4353474e; PRAGMA user_version = 99; CREATE TABLE x (y)');
  future.close();
  assert.throws(
    () => openSqlite(newer),
    (error) => error instanceof StartRefusal && /schema 99/.test(error.message),
  );

  const text = scratchFile(t);
  writeFileSync(text, 'not a database, but long enough to have a header of one hundred bytes'.repeat(4));
  assert.throws(() => openSqlite(text), StartRefusal);
});

test('the file is readable by its owner alone', async (t) => {
  const file = scratchFile(t);
  open(t, file);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('A-442: a second process may write to the same file', async (t) => {
  const file = scratchFile(t);
  const one = open(t, file);
  const two = open(t, file);
  await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? one : two).commit([put(`n${i}`)])));
  assert.equal((await names(one)).length, 50);
});

test('a closed store refuses instead of hanging', async (t) => {
  const store = openSqlite(scratchFile(t));
  await store.close();
  await assert.rejects(store.commit([]), /unavailable/);
});

test('a process that only waits for its commit and its close stays until both are done', async (t) => {
  const file = scratchFile(t);
  const program = `
    const { openSqlite } = await import(${JSON.stringify(new URL('../../src/store/open-sqlite.ts', import.meta.url).href)});
    const store = openSqlite(${JSON.stringify(file)});
    await store.commit([{ sql: "INSERT INTO house (name, value) VALUES ('x', x'00')", parameters: [] }]);
    await store.close();
    console.log('closed');
  `;
  const script = join(dirname(file), 'program.mjs');
  writeFileSync(script, program);
  const { stdout } = await promisify(execFile)(process.execPath, ['-C', '@countersign/source', script]);
  assert.equal(stdout, 'closed\n');
});

for (const suffix of ['', '-wal']) {
  test(`A-421: nothing is acknowledged into a file that was removed (${suffix || 'database'}), until it is back`, async (t) => {
    const file = scratchFile(t);
    const store = open(t, file);
    await store.commit([put('before')]);
    renameSync(file + suffix, `${file}.away`);
    await assert.rejects(store.commit([put('lost')]), { code: 'unavailable' });
    await assert.rejects(store.check(), { code: 'unavailable' });
    renameSync(`${file}.away`, file + suffix);
    await store.check();
    assert.equal((await store.commit([put('after')])).kind, 'committed');
    assert.deepEqual(await names(store), ['after', 'before']);
  });
}

test('A-463: readiness writes, so that a database that takes no page is not called ready', async (t) => {
  const file = scratchFile(t);
  const store = open(t, file);
  const other = new DatabaseSync(file);
  const version = (): unknown => other.prepare('PRAGMA data_version').get()?.['data_version'];
  const before = version();
  await Promise.all([store.check(), store.check()]);
  assert.notEqual(version(), before);
  other.close();
});
