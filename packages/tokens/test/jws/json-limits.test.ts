import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createKeySet,
  type KeySet,
  signGeneralJws,
  signJws,
  signJwsJson,
  toPublicKey,
  verifyJws,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../../src/index.ts';
import { forge, keyOf, refuses, segment } from '../forge.ts';

const key = keyOf('Ed25519');
const other = keyOf('ES256');
const options: VerifyJwsJsonOptions = { keys: key, algorithms: ['Ed25519'], signatures: 'all' };

test('as many as 16 signers sign, one more does not', () => {
  const signers = Array.from({ length: 16 }, () => ({ key }));
  const text = JSON.stringify(signGeneralJws('text', { signers }));
  assert.equal(verifyJwsJson(text, options).signatures.length, 16);
  assert.throws(() => signGeneralJws('text', { signers: [...signers, { key }] }), TypeError);
});

test('only what names itself a JWT needs an encoded payload', () => {
  for (const type of ['notjwt', 'jwtx', 'jwt+x', 'text/jwtx'])
    assert.ok(signJwsJson('text', { key, type, b64: false }));
  for (const type of ['jwt', 'JWT', 'at+jwt', 'application/at+jwt', 'application/jwt'])
    assert.throws(() => signJwsJson('text', { key, type, b64: false }), {
      message: 'a JWT has an encoded payload',
    });
});

test('a signature is given, or the JWS is malformed whatever its algorithm', () => {
  const text = JSON.stringify({
    payload: segment('text'),
    protected: segment({ alg: 'none' }),
    signature: '',
  });
  for (const signatures of ['all', 'any'] as const)
    refuses(() => verifyJwsJson(text, { ...options, signatures }), 'malformed');
});

test('a detached payload may be as long as its limit says, by default a mebibyte', () => {
  const payload = new Uint8Array(1_048_576);
  const text = JSON.stringify(signJwsJson(payload, { key, detached: true }));
  assert.equal(verifyJwsJson(text, { ...options, payload }).payload.length, payload.length);
});

test('an empty payload is one, also when it is handed over', () => {
  const text = JSON.stringify(signJwsJson('', { key, detached: true }));
  assert.equal(verifyJwsJson(text, { ...options, payload: '', maxPayloadBytes: 1 }).payload.length, 0);
  refuses(() => verifyJwsJson(text, options), 'malformed');
});

test('a key set that fails is not passed over, even when one good signature is enough', () => {
  const text = JSON.stringify(signGeneralJws('text', { signers: [{ key: other }, { key }] }));
  const good: VerifyJwsJsonOptions = {
    keys: createKeySet([toPublicKey(key)]),
    algorithms: ['Ed25519', 'ES256'],
    signatures: 'any',
  };
  assert.equal(verifyJwsJson(text, good).signatures.length, 1);
  const fault = new Error('the set is broken');
  const broken: KeySet = {
    version: 1,
    find: (query) => {
      if (query.algorithm === 'ES256') throw fault;
      return key;
    },
  };
  assert.throws(
    () => verifyJwsJson(text, { ...good, keys: broken }),
    (error) => error === fault,
  );
  const mixed: KeySet = { version: 1, find: () => key };
  refuses(() => verifyJwsJson(text, { ...good, keys: mixed }), 'key_type_mismatch');
});

test('a header may say the type of its content', () => {
  const token = forge({ alg: 'Ed25519', cty: 'text/plain' }, 'text', key);
  assert.equal(verifyJws(token, { keys: key, algorithms: ['Ed25519'] }).header.cty, 'text/plain');
  assert.ok(verifyJws(signJws('text', { key }), { keys: key, algorithms: ['Ed25519'] }));
});

test('where one good signature would be enough and none is, the first one says why', () => {
  const text = JSON.stringify(signGeneralJws('text', { signers: [{ key: other }, { key, type: 'a' }] }));
  const any: VerifyJwsJsonOptions = { ...options, signatures: 'any', type: 'b' };
  refuses(() => verifyJwsJson(text, any), 'algorithm_not_allowed');
  const { signatures, payload } = JSON.parse(text);
  const reversed = JSON.stringify({ payload, signatures: signatures.toReversed() });
  refuses(() => verifyJwsJson(reversed, any), 'type_mismatch');
});
