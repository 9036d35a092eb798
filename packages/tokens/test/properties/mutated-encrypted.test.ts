import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decryptJwe, encryptJwe } from '../../src/index.ts';
import { algOf, encryptionKey, encryptionsFor, iterations } from '../encrypted.ts';
import { segment } from '../forge.ts';
import { anyUnit, isAccepted } from './mutation.ts';

const names = [
  'A256GCM',
  'A128CBC-HS256',
  'A128KW',
  'A256GCMKW',
  'RSA-OAEP-256',
  'ECDH-ES P-256',
  'ECDH-ES+A256KW X25519',
  'PBES2-HS256+A128KW',
];

for (const name of names) {
  const key = encryptionKey(name);
  const encryptions = encryptionsFor(key);
  const decrypt = (token: string): unknown =>
    decryptJwe(token, { keys: key, algorithms: [algOf(key)], encryptions });
  const more = name.startsWith('PBES2') ? { iterations } : {};
  const [encryption = 'A128GCM'] = encryptions;
  const good = encryptJwe('the plaintext of this token', { key, encryption, type: 'example', ...more });
  const at = fc.nat({ max: good.length - 1 });

  test(`${name}: an encrypted token with one character changed is refused`, () => {
    assert.ok(isAccepted(() => decrypt(good)));
    fc.assert(
      fc.property(at, anyUnit, (index, unit) => {
        const token = good.slice(0, index) + unit + good.slice(index + 1);
        assert.equal(
          isAccepted(() => decrypt(token)),
          token === good,
        );
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: an encrypted token with any bit of any segment changed is refused`, () => {
    const parts = good.split('.').map((part) => Buffer.from(part, 'base64url'));
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.nat(), fc.nat({ max: 7 }), (which, where, bit) => {
        const part = Buffer.from(parts[which] ?? '');
        if (part.length === 0) return;
        const index = where % part.length;
        part[index] = (part[index] ?? 0) ^ (1 << bit);
        const token = good.split('.').with(which, part.toString('base64url')).join('.');
        assert.equal(
          isAccepted(() => decrypt(token)),
          false,
        );
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: an encrypted token with a piece put in, cut out or moved is refused`, () => {
    fc.assert(
      fc.property(at, at, fc.string({ maxLength: 8 }), (from, to, piece) => {
        const [start, end] = from < to ? [from, to] : [to, from];
        const tokens = [
          good.slice(0, start) + piece + good.slice(start),
          good.slice(0, start) + good.slice(end),
          good.slice(end) + good.slice(0, end),
        ];
        for (const token of tokens)
          assert.equal(
            isAccepted(() => decrypt(token)),
            token === good,
          );
      }),
      { numRuns: 100 },
    );
  });

  test(`${name}: any header gives an encrypted token that is refused with a TokenError`, () => {
    const [head = '', ...rest] = good.split('.');
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const member = fc.constantFrom(
      'alg',
      'enc',
      'kid',
      'epk',
      'apu',
      'apv',
      'iv',
      'tag',
      'p2s',
      'p2c',
      'zip',
      'crit',
      'x',
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('dir', 'RSA1_5', 'A128KW', 'ECDH-ES', 'A128GCM', 'none', 'AAAA'),
      fc.record({
        kty: fc.constantFrom('EC', 'OKP'),
        crv: fc.constantFrom('P-256', 'X25519'),
        x: fc.base64String(),
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(member, value, { minKeys: 1 }), (changes) => {
        const token = [segment({ ...header, ...changes }), ...rest].join('.');
        assert.equal(
          isAccepted(() => decrypt(token)),
          token === good,
        );
      }),
      { numRuns: 300 },
    );
  });
}

test('any text at all is refused by decryption with a TokenError', () => {
  const key = encryptionKey('ECDH-ES P-256');
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.json().map((text) => segment(text)),
    fc.constant(segment({ alg: 'ECDH-ES', enc: 'A128GCM' })),
    fc.constant(''),
  );
  const tokens = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { minLength: 1, maxLength: 6 }).map((list) => list.join('.')),
    fc.tuple(part, part, part, part, part).map((list) => list.join('.')),
  );
  fc.assert(
    fc.property(tokens, (token) => {
      assert.equal(
        isAccepted(() => decryptJwe(token, { keys: key, algorithms: ['ECDH-ES'], encryptions: ['A128GCM'] })),
        false,
      );
    }),
    { numRuns: 1000 },
  );
});
