import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createKeySet,
  generateKey,
  importSecret,
  type Key,
  signDetachedJws,
  signJwsJson,
  toPublicKey,
  verifyDetachedJws,
  verifyJwsJson,
} from '../../src/index.ts';
import { randomBytes } from 'node:crypto';
import { forge, goodClaims, keyOf, refuses, verifierFor } from '../forge.ts';

const unnamed = (key: Key): Key => importSecret(key.keyObject.export(), { algorithm: 'HS256' });
const es = toPublicKey(keyOf('ES256'));
const rs = toPublicKey(keyOf('RS256'));

test('a key is found by its id and algorithm together', () => {
  const set = createKeySet([es, rs]);
  assert.equal(set.find({ algorithm: 'ES256', keyId: es.keyId }), es);
  assert.equal(set.find({ algorithm: 'RS256', keyId: rs.keyId }), rs);
  assert.equal(set.find({ algorithm: 'RS256', keyId: es.keyId }), undefined);
  assert.equal(set.find({ algorithm: 'ES256', keyId: 'other' }), undefined);
});

test('A-078: ids named after inherited members find nothing', () => {
  const set = createKeySet([es]);
  for (const keyId of ['__proto__', 'constructor', 'toString', '']) {
    assert.equal(set.find({ algorithm: 'ES256', keyId }), undefined);
  }
});

test('without kid a key is found only when it is the one of its algorithm', () => {
  const second = toPublicKey(generateKey('ES256'));
  assert.equal(createKeySet([es, rs]).find({ algorithm: 'ES256', keyId: undefined }), es);
  assert.equal(createKeySet([es, second]).find({ algorithm: 'ES256', keyId: undefined }), undefined);
});

test('in a set a key without id answers to no kid', () => {
  const key = unnamed(keyOf('HS256'));
  const set = createKeySet([key]);
  assert.equal(set.find({ algorithm: 'HS256', keyId: 'any' }), undefined);
  assert.equal(set.find({ algorithm: 'HS256', keyId: undefined }), key);
});

test('a single key without id answers to every kid, one with an id only to its own', () => {
  const key = keyOf('HS256');
  const token = (kid?: string): string => forge({ alg: 'HS256', typ: 'at+jwt', kid }, goodClaims, key);
  assert.equal(verifierFor(unnamed(key))(token('any')).claims.sub, 'user-1');
  assert.equal(verifierFor(key)(token()).claims.sub, 'user-1');
  refuses(() => verifierFor(key)(token('any')), 'key_unknown');
});

test('A-079: a repeated key id makes no set', () => {
  const twin = generateKey('ES384', { keyId: 'twin' });
  refuses(() => createKeySet([twin, generateKey('ES256', { keyId: 'twin' })]), 'key_set_invalid');
  refuses(() => createKeySet([twin, twin]), 'key_set_invalid');
});

test('A-080: secrets and key pairs make no set', () => {
  const secret = importSecret(randomBytes(32), { algorithm: 'HS256', keyId: 'secret' });
  refuses(() => createKeySet([es, secret]), 'key_set_invalid');
  assert.equal(createKeySet([secret]).version, 1);
});

test('A-002: no keys make no set', () => {
  refuses(() => createKeySet([]), 'key_required');
  assert.throws(() => Reflect.apply(createKeySet, undefined, [es]), TypeError);
  refuses(() => Reflect.apply(createKeySet, undefined, [[{ ...es }]]), 'key_invalid');
  refuses(() => Reflect.apply(createKeySet, undefined, [[undefined]]), 'key_required');
});

test('a set does not follow the list it was made of', () => {
  const list = [es];
  const set = createKeySet(list);
  list.push(rs);
  assert.equal(set.find({ algorithm: 'RS256', keyId: rs.keyId }), undefined);
});

test('A-011: a set that hands out a key of another algorithm is not believed', () => {
  const liar = { find: () => keyOf('ES384'), version: 1 };
  const token = forge({ alg: 'ES256', typ: 'at+jwt' }, goodClaims, keyOf('ES384'));
  refuses(() => verifierFor(keyOf('ES256'), { keys: liar })(token), 'key_type_mismatch');
});

test('A-100: the key of one issuer says nothing for another', () => {
  const [first, second] = [generateKey('ES256', { keyId: '1' }), generateKey('ES256', { keyId: '1' })];
  const token = forge(
    { alg: 'ES256', typ: 'at+jwt', kid: '1' },
    { ...goodClaims, iss: 'https://first.example' },
    second,
  );
  refuses(() => verifierFor(first, { issuer: 'https://first.example' })(token), 'signature_invalid');
  refuses(() => verifierFor(second, { issuer: 'https://second.example' })(token), 'issuer_mismatch', 'iss');
});

test('a single key answers for no other algorithm of the list', () => {
  const token = forge({ alg: 'ES384', typ: 'at+jwt' }, goodClaims, keyOf('ES384'));
  const verify = verifierFor(keyOf('ES256'), { algorithms: ['ES256', 'ES384'] });
  refuses(() => verify(token), 'key_unknown');
});

test('a set that answers with a key of another algorithm is noticed in JSON and detached as well', () => {
  const liar = { find: () => keyOf('ES384'), version: 1 };
  const options = { keys: liar, algorithms: ['ES256'] } as const;
  const jws = JSON.stringify(signJwsJson('text', { key: keyOf('ES256') }));
  for (const signatures of ['all', 'any'] as const)
    refuses(() => verifyJwsJson(jws, { ...options, signatures }), 'key_type_mismatch');
  const token = signDetachedJws('text', { key: keyOf('ES256') });
  refuses(() => verifyDetachedJws(token, 'text', options), 'key_type_mismatch');
});

test('what a set throws comes out as it is', () => {
  const broken = {
    version: 1,
    find: () => {
      throw new RangeError('the set is broken');
    },
  };
  const jws = JSON.stringify(signJwsJson('text', { key: keyOf('ES256') }));
  for (const signatures of ['all', 'any'] as const) {
    const options = { keys: broken, algorithms: ['ES256'], signatures } as const;
    assert.throws(() => verifyJwsJson(jws, options), RangeError);
  }
});
