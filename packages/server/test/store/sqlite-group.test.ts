import assert from 'node:assert/strict';
import test from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { createPrepare } from '../../src/store/sqlite-connection.ts';
import { commitGroup } from '../../src/store/sqlite-group.ts';
import { createGroupReader, createGroupWriter } from '../../src/store/sqlite-message.ts';
import { mustChange, sql } from '../../src/store/sql.ts';

function openNumbers(): { readonly database: DatabaseSync; readonly all: () => unknown[] } {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (n INTEGER PRIMARY KEY CHECK (n <> 13))');
  return {
    database,
    all: () =>
      database
        .prepare('SELECT n FROM numbers ORDER BY n')
        .all()
        .map((row) => row['n']),
  };
}

const insert = (n: number) => sql`INSERT INTO numbers (n) VALUES (${n})`;

test('one statement that fails halfway leaves no trace, and its neighbours stand', () => {
  const { database, all } = openNumbers();
  const outcomes = commitGroup(database, createPrepare(database), [
    [insert(1)],
    [sql`INSERT INTO numbers (n) VALUES (${12}), (${13})`],
    [sql`INSERT INTO numbers (n) VALUES (${2}), (${1})`],
    [insert(3)],
  ]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['committed', 'fault', 'refused', 'committed'],
  );
  assert.deepEqual(all(), [1, 3]);
});

test('one statement that changes more rows than it must leaves no trace', () => {
  const { database, all } = openNumbers();
  const outcomes = commitGroup(database, createPrepare(database), [
    [mustChange(1, sql`INSERT INTO numbers (n) VALUES (${1}), (${2})`)],
    [insert(3)],
  ]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['refused', 'committed'],
  );
  assert.deepEqual(all(), [3]);
});

test('a change whose row cannot be given out is not committed', () => {
  const { database, all } = openNumbers();
  const outcomes = commitGroup(database, createPrepare(database), [
    [sql`INSERT INTO numbers (n) VALUES (${1}) RETURNING 9007199254740993 AS too_long`],
    [insert(2)],
  ]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['unavailable', 'unavailable'],
  );
  assert.deepEqual(all(), []);
});

test('a group is read as it was written, whether its texts are new, known or were forgotten', () => {
  const write = createGroupWriter();
  const read = createGroupReader();
  for (let n = 0; n < 1200; n += 1) {
    const acts = [
      [insert(n), mustChange(1, sql`DELETE FROM numbers WHERE n = ${n}`)],
      [{ sql: `SELECT ${n % 700}`, parameters: [] }, insert(n)],
      [],
    ];
    const message = write(acts);
    assert.ok(message.kind === 'group');
    assert.ok(message.texts.length <= 3);
    assert.deepEqual(read(structuredClone(message)), acts);
  }
});
