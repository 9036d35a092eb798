import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  maxCursorLength,
  readNameCursor,
  readSequenceCursor,
  readTimeCursor,
  writeCursor,
} from '../../src/rules/page-cursor.ts';

const readers = [readTimeCursor, readSequenceCursor, readNameCursor];
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const plain = { noNullPrototype: true };
const anyNumber = fc.nat(999_999_999_999_999);
const key = fc.oneof(
  fc.record({ kind: fc.constant('time' as const), atMs: anyNumber, id }, plain),
  fc.record({ kind: fc.constant('sequence' as const), seq: fc.maxSafeNat() }, plain),
  fc.record(
    { kind: fc.constant('name' as const), name: fc.stringMatching(/^[a-z][a-z0-9_-]{0,63}$/) },
    plain,
  ),
);

test('a cursor is read back by its own kind of list and by no other', () => {
  fc.assert(
    fc.property(key, (given) => {
      const cursor = writeCursor(given);
      assert.ok(cursor.length <= maxCursorLength);
      const read = readers.flatMap((reader) => reader(cursor) ?? []);
      assert.deepEqual(read, [given]);
    }),
  );
});

test('A-402: a cursor that was not written here is not read', () => {
  const texts = [
    '',
    't1.a',
    "t1.a' OR 1=1 --",
    't01.a',
    't-1.a',
    't1',
    't1.',
    't9999999999999999.a',
    's1;',
    's 1',
    's01',
    'n',
    "n'",
    'N',
    's1e9',
    't1.a\0',
    's1\n',
  ];
  for (const text of texts) {
    const cursor = Buffer.from(text).toString('base64url');
    const expected = text === 't1.a' ? 1 : 0;
    assert.equal(readers.flatMap((reader) => reader(cursor) ?? []).length, expected, text);
  }
  const good = writeCursor({ kind: 'time', atMs: 12, id: 'abc' });
  for (const cursor of [`${good}=`, `${good}\n`, ` ${good}`, `${good}.`, good.repeat(20)]) {
    assert.equal(readTimeCursor(cursor), undefined, cursor);
  }
});

test('A-402: whatever is read is written the same way', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
      for (const cursor of [text, Buffer.from(text).toString('base64url')]) {
        for (const reader of readers) {
          const read = reader(cursor);
          if (read !== undefined) assert.equal(writeCursor(read), cursor);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
