import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encryptJwe } from '../../src/index.ts';
import { encryptionKey } from '../encrypted.ts';
import { keyOf, refuses } from '../forge.ts';

const key = encryptionKey('ECDH-ES P-256');
const good = { key, encryption: 'A128GCM' };

/** Untyped, as a caller in JavaScript would. */
const call = (more: object): unknown => Reflect.apply(encryptJwe, undefined, ['x', { ...good, ...more }]);

const mistakes: readonly (readonly [string, object])[] = [
  ['no encryption', { encryption: undefined }],
  ['an unknown encryption', { encryption: 'A128CBC' }],
  ['an inherited encryption', { encryption: 'constructor' }],
  ['A-099: another encryption than the secret is bound to', { key: encryptionKey('A256GCM') }],
  ['a type with a space', { type: 'a b' }],
  ['a content type that is no text', { contentType: 1 }],
  ['infos that are text', { partyUInfo: 'Alice' }],
  ['infos without agreement', { key: encryptionKey('RSA-OAEP'), partyVInfo: Buffer.from('Bob') }],
  ['iterations without a password', { iterations: 1000 }],
  ['A-037: too few iterations', { key: encryptionKey('PBES2-HS256+A128KW'), iterations: 999 }],
  ['A-036: too many iterations', { key: encryptionKey('PBES2-HS256+A128KW'), iterations: 1_200_001 }],
  [
    'A-037: iterations that are no integer',
    { key: encryptionKey('PBES2-HS256+A128KW'), iterations: Number.NaN },
  ],
  ['compression', { zip: 'DEF' }],
];

for (const [name, more] of mistakes) {
  test(`${name} makes no token`, () => assert.throws(() => call(more), TypeError));
}

test('a plaintext is text or bytes', () => {
  for (const plaintext of [undefined, null, 1, {}, ['x'], new ArrayBuffer(1)])
    assert.throws(() => Reflect.apply(encryptJwe, undefined, [plaintext, good]), TypeError);
});

test('A-002, A-099: nothing, something else or a key for signatures does not encrypt', () => {
  for (const nothing of [undefined, null]) refuses(() => call({ key: nothing }), 'key_required');
  for (const other of ['', 'secret', Buffer.alloc(32), { ...key }, keyOf('RS256')])
    refuses(() => call({ key: other }), 'key_invalid');
});

test('A-037: a password costs 600 000 iterations, or what was asked for, and a fresh salt of 16 bytes', () => {
  const password = encryptionKey('PBES2-HS256+A128KW');
  const token = encryptJwe('x', { key: password, encryption: 'A128GCM' });
  const { p2c, p2s } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  assert.deepEqual([p2c, Buffer.from(p2s, 'base64url').length], [600_000, 16]);
  const other = encryptJwe('x', { key: password, encryption: 'A128GCM', iterations: 1001 });
  assert.equal(JSON.parse(Buffer.from(other.split('.')[0] ?? '', 'base64url').toString()).p2c, 1001);
});
