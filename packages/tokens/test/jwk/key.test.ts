import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { exportPrivateJwk, generateKey, thumbprint, toPublicKey } from '../../src/index.ts';
import { keyOf, refuses } from '../forge.ts';

test('a printed key shows its kind and algorithm and no material', () => {
  for (const name of algorithmNames) {
    const key = keyOf(name);
    const members = new Map<string, unknown>(Object.entries(exportPrivateJwk(key)));
    const printed = [
      inspect(key, { depth: 9, showHidden: true }),
      JSON.stringify(key),
      // oxlint-disable-next-line typescript/no-base-to-string -- what it gives is the question
      String(key),
      inspect({ key }),
    ];
    for (const member of ['d', 'k', 'p', 'q', 'n', 'x'].map((label) => members.get(label))) {
      if (typeof member === 'string') assert.ok(printed.every((line) => !line.includes(member)));
    }
    assert.match(printed[0] ?? '', new RegExp(name));
  }
});

test('a key cannot be changed', () => {
  const key = keyOf('ES256');
  assert.throws(() => Object.assign(key, { algorithm: 'HS256' }), TypeError);
});

test('generated keys differ, and their ids with them', () => {
  for (const name of ['HS256', 'ES256', 'Ed25519'] as const) {
    const [one, other] = [generateKey(name), generateKey(name)];
    assert.notEqual(one.keyId, other.keyId);
    assert.match(one.keyId ?? '', algorithms[name].isSymmetric ? /^[\w-]{22}$/ : /^[\w-]{43}$/);
  }
  assert.equal(generateKey('ES256', { keyId: 'mine' }).keyId, 'mine');
});

test('a thumbprint is the same for both halves, and none is made of a secret', () => {
  const key = keyOf('ES512');
  assert.equal(thumbprint(key), thumbprint(toPublicKey(key)));
  assert.throws(() => thumbprint(keyOf('HS256')), TypeError);
  assert.throws(() => thumbprint({ kty: 'oct' }), TypeError);
  assert.throws(() => thumbprint({ kty: 'EC', crv: 'P-256' }), TypeError);
  assert.throws(() => thumbprint({ kty: '__proto__' }), TypeError);
});

test('a secret has no public half', () => {
  assert.throws(() => toPublicKey(keyOf('HS256')), TypeError);
  const published = toPublicKey(keyOf('ES256'));
  assert.equal(toPublicKey(published), published);
});

test('what only looks like a key is refused', () => {
  refuses(() => toPublicKey({ ...keyOf('ES256') }), 'key_invalid');
});

test('mistakes in the options are TypeErrors', () => {
  assert.throws(() => Reflect.apply(generateKey, undefined, ['none']), TypeError);
  assert.throws(() => Reflect.apply(generateKey, undefined, ['toString']), TypeError);
  assert.throws(() => Reflect.apply(generateKey, undefined, ['ES256', { kid: 'a' }]), TypeError);
});
