import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainLength } from '../src/plain-length.ts';

/** Texts that no other way of writing the same value undercuts. */
const shortest: readonly string[] = [
  '""',
  '"text"',
  '"Žofie 🦊"',
  'true',
  'false',
  'null',
  '{}',
  '[]',
  '{"":0}',
  '{"a":1}',
  '{"a":1,"bc":22,"def":333}',
  '[1]',
  '[1,22,333]',
  '[[],[[]],{}]',
  '{"a":{"b":{"c":"d"}},"e":[{"f":null},true]}',
];

for (const text of shortest) {
  test(`${text} is as short as its value can be written`, () => {
    assert.equal(plainLength(JSON.parse(text), 9), text.length);
  });
}

test('an integer takes its digits, to the last one that a double holds', () => {
  assert.equal(plainLength(0, 1), 1);
  for (let power = 1; power <= 1e15; power *= 10) {
    for (const value of [power, power + 1, 9 * power, 10 * power - 1, 12 * power + 1])
      assert.equal(plainLength(value, 1), value % 1000 === 0 ? Number.NaN : String(value).length);
  }
  assert.equal(plainLength(Number.MAX_SAFE_INTEGER, 1), 16);
  for (const value of [100, 999, 1001, 1100, 12_300])
    assert.equal(plainLength(value, 1), String(value).length);
});

for (const value of [-1, -12, 0.5, 1.5, 1000, 123_000, 1e21, 2 ** 53, 1e-7, Number.MAX_VALUE, undefined]) {
  test(`of ${value} nothing is known, nor of what holds it`, () => {
    for (const holder of [value, [1, value], { a: value, b: 1 }, [{ a: [value] }]])
      assert.equal(plainLength(holder, 9), Number.NaN);
  });
}

test('lists and objects are followed down to the last level and no further', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const inside = open === '[' ? '' : '{}';
    for (let levels = 1; levels <= 5; levels++) {
      const text = `${open.repeat(levels)}${inside}${close.repeat(levels)}`;
      const depth = open === '[' ? levels : levels + 1;
      assert.equal(plainLength(JSON.parse(text), depth), text.length);
      assert.equal(plainLength(JSON.parse(text), depth + 1), text.length);
      assert.equal(plainLength(JSON.parse(text), depth - 1), Number.NaN);
    }
  }
  assert.equal(plainLength('text', 0), 6);
});

test('where a length is known, JSON.stringify writes no shorter text, and just that one without escapes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
      const length = plainLength(value, 9);
      const text = JSON.stringify(value);
      assert.ok(Number.isNaN(length) || length <= text.length);
      if (!Number.isNaN(length) && !text.includes('\\')) assert.equal(length, text.length);
    }),
    { numRuns: 2000 },
  );
});
