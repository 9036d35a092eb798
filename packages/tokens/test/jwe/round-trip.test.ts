import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createKeySet, decryptJwe, encryptJwe, generateKey, toPublicKey } from '../../src/index.ts';
import { algOf, encryptionKeyOf, encryptionsFor, iterations, ways } from '../encrypted.ts';

for (const way of ways) {
  const key = encryptionKeyOf(way);
  const more = way.algorithm.startsWith('PBES2') ? { iterations } : {};
  for (const encryption of encryptionsFor(key)) {
    test(`${way.name} with ${encryption}: what is encrypted comes back`, () => {
      const receiver = key.kind === 'secret' ? key : toPublicKey(key);
      for (const plaintext of ['', 'text ž🦊', randomBytes(1000)]) {
        const token = encryptJwe(plaintext, { key: receiver, encryption, ...more });
        assert.equal(token.split('.').length, 5);
        const decrypted = decryptJwe(token, {
          keys: key,
          algorithms: [algOf(key)],
          encryptions: [encryption],
        });
        assert.deepEqual(Buffer.from(decrypted.plaintext), Buffer.from(plaintext));
        assert.deepEqual(
          [decrypted.header.alg, decrypted.header.enc, decrypted.header.kid],
          [algOf(key), encryption, key.keyId],
        );
      }
    });
  }
}

test('type, content type and both infos are written, read and checked', () => {
  const key = generateKey('ECDH-ES');
  const token = encryptJwe('x', {
    key,
    encryption: 'A128GCM',
    type: 'example',
    contentType: 'text/plain',
    partyUInfo: Buffer.from('Alice'),
    partyVInfo: Buffer.from('Bob'),
  });
  const options = { keys: key, algorithms: ['ECDH-ES'], encryptions: ['A128GCM'] } as const;
  const { header } = decryptJwe(token, {
    ...options,
    type: 'application/Example',
    contentType: 'TEXT/plain',
  });
  assert.equal(Object.keys(header).join(), 'alg,enc,typ,cty,kid,epk,apu,apv');
  assert.deepEqual([header.apu, header.apv], ['QWxpY2U', 'Qm9i']);
  assert.deepEqual(Object.keys(header.epk ?? {}), ['kty', 'crv', 'x', 'y']);
});

test('two tokens of one plaintext have nothing random in common', () => {
  const key = generateKey('ECDH-ES+A256KW', { curve: 'X25519' });
  const [one = [], other = []] = [0, 1].map(() =>
    encryptJwe('x'.repeat(32), { key, encryption: 'A256GCM' }).split('.'),
  );
  for (const at of [0, 1, 2, 3, 4]) assert.notEqual(one[at], other[at]);
});

test('a set finds the key by kid and algorithm; a token without kid gets the only one that fits', () => {
  const old = generateKey('ECDH-ES', { keyId: 'old' });
  const current = generateKey('ECDH-ES', { keyId: 'current' });
  const wrapping = generateKey('ECDH-ES+A128KW', { keyId: 'wrapping' });
  const keys = createKeySet([old, current, wrapping]);
  const options = { keys, algorithms: ['ECDH-ES', 'ECDH-ES+A128KW'], encryptions: ['A128GCM'] } as const;
  for (const key of [old, current, wrapping]) {
    const token = encryptJwe(key.keyId ?? '', { key, encryption: 'A128GCM' });
    assert.equal(Buffer.from(decryptJwe(token, options).plaintext).toString(), key.keyId);
  }
});
