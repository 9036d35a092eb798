import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  createEncryptedJwtVerifier,
  decryptJwe,
  encryptJwe,
  importJwk,
  importSecret,
  TokenError,
} from '../../src/index.ts';
import { encryptionKey } from '../encrypted.ts';
import { segment, verifierFor, keyOf } from '../forge.ts';

const canary = 'canary-7f3a9c';
const key = encryptionKey('ECDH-ES P-256');
const options = { keys: key, algorithms: ['ECDH-ES'], encryptions: ['A128GCM'] } as const;
const good = encryptJwe(canary, { key, encryption: 'A128GCM', contentType: 'JWT' });
const [head = '', ...rest] = good.split('.');
const header = JSON.parse(Buffer.from(head, 'base64url').toString());
const changed = (more: object): string => [segment({ ...header, ...more }), ...rest].join('.');
const open = createEncryptedJwtVerifier({ ...options, verify: verifierFor(keyOf('ES256')) });

/** Each says the canary somewhere and is refused. */
const refusals: readonly (readonly [string, () => unknown])[] = [
  ['a token that is none', () => decryptJwe(canary, options)],
  ['an algorithm', () => decryptJwe(changed({ alg: canary }), options)],
  ['an encryption', () => decryptJwe(changed({ enc: canary }), options)],
  ['a key id', () => decryptJwe(changed({ kid: canary }), options)],
  ['an ephemeral key', () => decryptJwe(changed({ epk: { kty: canary } }), options)],
  ['an info', () => decryptJwe(changed({ apu: canary }), options)],
  ['a compression', () => decryptJwe(changed({ zip: canary }), options)],
  ['a content type', () => decryptJwe(changed({ cty: canary }), { ...options, contentType: 'JWT' })],
  ['a plaintext', () => open(good)],
  ['a plaintext whose tag is wrong', () => decryptJwe(`${good.slice(0, -2)}AA`, options)],
  ['a secret', () => importSecret(Buffer.from(canary), { algorithm: 'A256KW' })],
  ['a secret in a JWK', () => importJwk({ kty: 'oct', k: canary }, { algorithm: 'A256GCM' })],
  ['a point in a JWK', () => importJwk({ kty: 'OKP', crv: 'X25519', x: canary }, { algorithm: 'ECDH-ES' })],
];

for (const [name, act] of refusals) {
  test(`a refusal of decryption never repeats ${name}`, () => {
    assert.throws(act, (error) => {
      assert.ok(error instanceof TokenError);
      const printed = inspect(error, { depth: 9, showHidden: true }).replace(error.stack ?? '', '');
      assert.ok(!printed.includes('canary-') && !error.message.includes('canary-'));
      assert.equal(error.cause, undefined);
      return true;
    });
  });
}

test('every failure that depends on the key is the same error, text and all', () => {
  const wrongs = [
    `${head}..${rest[1]}.${rest[2]}.${segment(Buffer.alloc(16))}`,
    `${head}..${segment(Buffer.alloc(12))}.${rest[2]}.${rest[3]}`,
    `${head}...${rest[2]}.${rest[3]}`,
    changed({ epk: { ...header.epk, crv: 'P-384' } }),
    changed({ apv: 'QUJD' }),
    changed({ x: 1 }),
  ];
  const said = new Set(
    wrongs.map((token) => {
      try {
        decryptJwe(token, options);
        return 'decrypted';
      } catch (error) {
        assert.ok(error instanceof TokenError);
        return `${error.code} ${error.message} ${String(error.claim)}`;
      }
    }),
  );
  assert.deepEqual([...said], ['decryption_failed the content does not decrypt with this key undefined']);
});
