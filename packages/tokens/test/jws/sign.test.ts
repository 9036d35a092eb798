import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKey, type Key, signJws, verifyJws } from '../../src/index.ts';
import { materialOf } from '../../src/jwk/key.ts';

const typeOf = (token: string, key: Key): string | undefined =>
  verifyJws(token, { keys: key, algorithms: [key.algorithm] }).header.typ;

test('each token has the type it was signed with, or none, in any order', () => {
  for (const order of [
    [undefined, 'a', undefined, 'b'],
    ['a', undefined, 'b', 'a', undefined],
  ]) {
    const key = generateKey('HS256', { keyId: 'key' });
    for (const type of order)
      assert.equal(typeOf(signJws('x', type === undefined ? { key } : { key, type }), key), type);
  }
});

test('a key remembers the headers of 16 types, and forgets them all for the next one', () => {
  const key = generateKey('HS256', { keyId: 'key' });
  const { headerByType } = materialOf(key);
  const sign = (n: number): unknown => signJws('x', { key, type: `type-${n}` });
  for (let n = 0; n < 16; n++) sign(n);
  assert.equal(headerByType.size, 16);
  sign(3);
  assert.equal(headerByType.size, 16);
  sign(16);
  assert.deepEqual([...headerByType.keys()], ['type-16']);
  sign(17);
  assert.equal(headerByType.size, 2);
});
