import assert from 'node:assert/strict';
import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { isKeyMaterial, signerWithoutPolicy, verifierWithoutPolicy } from '../src/danger-primitives.ts';
import { algorithmNames, algorithms } from '../src/algorithms.ts';

const input = `${'a'.repeat(40)}.${'b'.repeat(400)}`;

for (const name of algorithmNames) {
  test(`${name}: what is signed verifies, and nothing else`, () => {
    const key = algorithms[name].generate();
    const verify = verifierWithoutPolicy(name, key.type === 'secret' ? key : createPublicKey(key));
    const signature = signerWithoutPolicy(name, key)(input);
    const token = `${input}.${signature}`;
    assert.ok(verify(token, input.length, signature));
    assert.ok(!verify(token.replace('a', 'c'), input.length, signature));
    assert.ok(!verify(token, input.length - 1, signature));
    for (const other of [
      '',
      `${signature}A`,
      `${signature}=`,
      signature.slice(0, -1),
      ` ${signature.slice(1)}`,
    ]) {
      assert.ok(!verify(token, input.length, other), other);
    }
  });
}

test('A-021: a signature has one spelling, also when nothing else is checked', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const name of ['HS256', 'RS256', 'ES256', 'Ed25519'] as const) {
    const key = algorithms[name].generate();
    const verify = verifierWithoutPolicy(name, key.type === 'secret' ? key : createPublicKey(key));
    const signature = signerWithoutPolicy(name, key)(input);
    const respelt = signature.slice(0, -1) + letters[letters.indexOf(signature.at(-1) ?? '') ^ 1];
    assert.ok(!verify(input, input.length, respelt), name);
  }
});

test('secrets and moduli of any length pass: whoever calls decides', () => {
  for (const secret of ['', 'x', 'x'.repeat(300)]) {
    const key = createSecretKey(Buffer.from(secret));
    assert.ok(
      verifierWithoutPolicy('HS256', key)(input, input.length, signerWithoutPolicy('HS256', key)(input)),
    );
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const signature = signerWithoutPolicy('RS256', privateKey)(input);
  assert.ok(verifierWithoutPolicy('RS256', publicKey)(input, input.length, signature));
});

test('A-011: a key of another type or curve, or of the wrong half, is a TypeError', () => {
  const secret = createSecretKey(Buffer.alloc(32, 7));
  const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  assert.throws(() => signerWithoutPolicy('RS256', secret), TypeError);
  assert.throws(() => signerWithoutPolicy('HS256', p256.privateKey), TypeError);
  assert.throws(() => verifierWithoutPolicy('HS256', p256.publicKey), TypeError);
  assert.throws(() => verifierWithoutPolicy('ES384', p256.publicKey), TypeError);
  assert.throws(() => signerWithoutPolicy('ES256', p256.publicKey), TypeError);
  assert.throws(() => verifierWithoutPolicy('ES256', p256.privateKey), TypeError);
  verifierWithoutPolicy('ES256', p256.publicKey);
});

test('A-003: a key in any spelling is told from a secret', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const der = publicKey.export({ format: 'der', type: 'pkcs1' });
  for (const text of [
    pem,
    pem.replaceAll('\n', '\\n'),
    Buffer.from(pem).toString('base64'),
    '{"kty":"EC"}',
  ]) {
    assert.ok(isKeyMaterial(Buffer.from(text)), text);
  }
  assert.ok(isKeyMaterial(der));
  assert.ok(!isKeyMaterial(Buffer.from('a secret of forty bytes, which is enough')));
});

test('a key of RSASSA-PSS fits PS256 and no algorithm of another padding', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const input = 'header.payload';
  const signature = signerWithoutPolicy('PS256', privateKey)(input);
  assert.ok(verifierWithoutPolicy('PS256', publicKey)(`${input}.`, input.length, signature));
  for (const algorithm of ['RS256', 'ES256'] as const)
    assert.throws(() => verifierWithoutPolicy(algorithm, publicKey), TypeError);
});
