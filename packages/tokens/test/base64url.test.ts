import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeBase64url, encodeBase64url } from '../src/index.ts';
import { refuses } from './forge.ts';

const refused = [
  'A',
  'AAAAA',
  'AAA=',
  'AA==',
  'A A',
  'AA\n',
  ' AAAA',
  'AAAA ',
  '+AAA',
  '/AAA',
  'AA.A',
  'AB',
  'AAB',
  'AA\0',
  'ÁAA',
  'ŁAAA',
  '٠AAA',
];

for (const text of refused) {
  test(`A-021: ${JSON.stringify(text)} is not canonical`, () =>
    refuses(() => decodeBase64url(text), 'malformed'));
}

test('A-021: no foreign byte passes at any position', () => {
  const alphabet = /[A-Za-z0-9_-]/;
  for (let unit = 0; unit < 0x250; unit++) {
    const character = String.fromCharCode(unit);
    if (alphabet.test(character)) continue;
    for (let at = 0; at <= 8; at++) {
      refuses(() => decodeBase64url(`${'A'.repeat(at)}${character}${'A'.repeat(8 - at)}`), 'malformed');
      if (at < 8)
        refuses(() => decodeBase64url(`${'A'.repeat(at)}${character}${'A'.repeat(7 - at)}`), 'malformed');
    }
  }
});

test('bytes survive the round trip', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.deepEqual(new Uint8Array(decodeBase64url(encodeBase64url(bytes))), bytes);
    }),
  );
});

test('a view into a larger buffer is encoded alone', () => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
  assert.equal(encodeBase64url(bytes), 'AgM');
});
