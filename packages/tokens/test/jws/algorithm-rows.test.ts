import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { signDetachedJws, toPublicKey, verifyDetachedJws } from '../../src/index.ts';
import { keyOf } from '../forge.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, at) => at);

for (const name of algorithmNames) {
  test(`${name}: an unencoded payload is signed byte by byte`, () => {
    const key = keyOf(name);
    const options = { keys: key, algorithms: [name], b64: false };
    assert.ok(verifyDetachedJws(signDetachedJws(everyByte, { key, b64: false }), everyByte, options));
  });

  test(`${name}: only HMAC has one key for both sides`, () => {
    assert.equal(algorithms[name].isSymmetric, name.startsWith('HS'));
    assert.equal(algorithms[name].keyType === 'secret', name.startsWith('HS'));
  });
}

for (const name of ['RS256', 'PS256'] as const) {
  test(`${name}: a modulus that fills no whole byte has signatures that begin with its last bits`, () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2050 });
    const signature = algorithms[name].signer(privateKey)('text');
    assert.equal(signature.length, 257);
    assert.ok(algorithms[name].verifier(publicKey)('text', signature));
  });
}

test('a generated RSA key has 2048 bits', () => {
  const key = algorithms.RS256.generate();
  assert.equal(key.asymmetricKeyType, 'rsa');
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
});

test('a signature of another length is refused before the key is asked', () => {
  for (const name of algorithmNames) {
    const key = keyOf(name);
    const verify = algorithms[name].verifier(
      algorithms[name].isSymmetric ? key.keyObject : toPublicKey(key).keyObject,
    );
    const signature = algorithms[name].signer(key.keyObject)('text');
    assert.ok(verify('text', signature));
    for (const wrong of [
      Buffer.alloc(0),
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(1), signature]),
    ])
      assert.equal(verify('text', wrong), false, name);
  }
});
