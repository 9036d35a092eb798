import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  createJwtVerifier,
  decryptJwe,
  encryptJwe,
  type EncryptionKey,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importJwk,
  importPem,
  importSecret,
  signJws,
  type TokenErrorCode,
  thumbprint,
  toPublicKey,
  verifyJws,
} from '../../src/index.ts';
import type { EncryptionAlgorithmName } from '../../src/jwe/algorithm.ts';
import { keyManagements } from '../../src/jwe/key-management.ts';
import { readKeySet } from '../../src/jwks/read-key-set.ts';
import { encryptionKey, encryptionKeyOf, ways } from '../encrypted.ts';
import { audience, issuer, keyOf, refuses } from '../forge.ts';

for (const way of ways) {
  const { algorithm } = way;
  test(`${way.name}: a key comes back from its JWK as it was`, () => {
    const key = encryptionKeyOf(way);
    const jwk = exportPrivateJwk(key);
    assert.equal(jwk.use, 'enc');
    const again = importJwk(jwk, { algorithm });
    assert.deepEqual([again.kind, again.algorithm, again.keyId], [key.kind, algorithm, key.keyId]);
    assert.ok(again.keyObject.equals(key.keyObject));
    if (key.kind === 'secret') return;
    const published = exportJwk(key);
    assert.deepEqual(
      Object.keys(published).filter((name) => ['d', 'p', 'q', 'k'].includes(name)),
      [],
    );
    assert.ok(importJwk(published, { algorithm }).keyObject.equals(toPublicKey(key).keyObject));
    assert.equal(thumbprint(key), thumbprint(published));
    const pem = key.keyObject.export({ format: 'pem', type: 'pkcs8' });
    assert.ok(importPem(String(pem), { algorithm }).keyObject.equals(key.keyObject));
  });
}

test('a generated key is named by its thumbprint, a secret at random', () => {
  const pair = generateKey('ECDH-ES', { curve: 'X25519' });
  assert.equal(pair.keyId, thumbprint(pair));
  assert.equal(pair.keyObject.asymmetricKeyType, 'x25519');
  assert.equal(generateKey('ECDH-ES').keyObject.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.match(generateKey('A256GCM').keyId ?? '', /^[\w-]{22}$/);
  assert.throws(() => generateKey('A256KW', { curve: 'P-256' }), TypeError);
  assert.throws(
    () => Reflect.apply(generateKey, undefined, ['ECDH-ES', { curve: 'P-512' }]),
    /curve is one of/,
  );
  assert.throws(() => Reflect.apply(generateKey, undefined, ['RSA1_5']), TypeError);
  assert.throws(() => Reflect.apply(generateKey, undefined, ['dir']), TypeError);
});

test('a printed or serialized key shows no material', () => {
  const key = encryptionKey('A256KW');
  const { k = '' } = exportPrivateJwk(key);
  assert.ok(!inspect(key, { depth: 9 }).includes(k) && !JSON.stringify(key).includes(k));
  assert.throws(() => exportJwk(key), TypeError);
  assert.throws(() => exportPrivateJwk(toPublicKey(encryptionKey('ECDH-ES P-256'))), TypeError);
});

const rsa = exportPrivateJwk(encryptionKey('RSA-OAEP'));
const ec = exportPrivateJwk(encryptionKey('ECDH-ES P-256'));
const x25519 = exportPrivateJwk(encryptionKey('ECDH-ES X25519'));
const wrapping = exportPrivateJwk(encryptionKey('A128KW'));
const direct = exportPrivateJwk(encryptionKey('A256GCM'));
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' });
const publicX = (x: Buffer): object => ({ kty: 'OKP', crv: 'X25519', x: x.toString('base64url') });
const { d: _, ...publicEc } = ec;

const refused: readonly (readonly [string, object, EncryptionAlgorithmName, TokenErrorCode])[] = [
  ['A-081: use sig', { ...rsa, use: 'sig' }, 'RSA-OAEP', 'key_invalid'],
  ['A-081: another alg', { ...rsa, alg: 'RSA-OAEP-256' }, 'RSA-OAEP', 'key_type_mismatch'],
  ['A-081: the alg of a signature', { ...rsa, alg: 'RS256' }, 'RSA-OAEP', 'key_type_mismatch'],
  ['A-081: alg RSA1_5', { ...rsa, alg: 'RSA1_5' }, 'RSA-OAEP', 'key_type_mismatch'],
  ['A-081: a private key that only wraps', { ...rsa, key_ops: ['wrapKey'] }, 'RSA-OAEP', 'key_invalid'],
  ['A-081: key_ops of signatures', { ...rsa, key_ops: ['sign'] }, 'RSA-OAEP', 'key_invalid'],
  ['A-081: a public key that also verifies', { ...publicEc, key_ops: ['verify'] }, 'ECDH-ES', 'key_invalid'],
  ['A-081: a secret that only wraps', { ...wrapping, key_ops: ['wrapKey'] }, 'A128KW', 'key_invalid'],
  ['A-081: key_ops twice', { ...wrapping, key_ops: ['wrapKey', 'wrapKey'] }, 'A128KW', 'key_invalid'],
  [
    'A-081: a secret for dir that only decrypts',
    { ...direct, key_ops: ['decrypt'] },
    'A256GCM',
    'key_invalid',
  ],
  ['A-011: an RSA key for agreement', { ...rsa, alg: undefined }, 'ECDH-ES', 'key_type_mismatch'],
  ['A-011: an EC key for RSA', { ...ec, alg: undefined }, 'RSA-OAEP', 'key_type_mismatch'],
  ['A-011: Ed25519 for agreement', exportJwk(keyOf('Ed25519')), 'ECDH-ES', 'key_type_mismatch'],
  ['A-011: secp256k1 for agreement', { ...ec, crv: 'secp256k1' }, 'ECDH-ES', 'key_type_mismatch'],
  ['A-011: an inherited curve', { ...ec, crv: 'constructor' }, 'ECDH-ES', 'key_type_mismatch'],
  ['A-054: RSA with 1024 bits', { ...shortRsa }, 'RSA-OAEP', 'key_invalid'],
  ['A-104: a point off the curve', { ...publicEc, y: publicEc.x }, 'ECDH-ES', 'key_invalid'],
  ['A-104: a coordinate too short', publicX(randomBytes(31)), 'ECDH-ES', 'key_invalid'],
  ['A-040: the X25519 point zero', publicX(Buffer.alloc(32)), 'ECDH-ES', 'key_invalid'],
  ['A-040: the X25519 point one', publicX(Buffer.from([1, ...Buffer.alloc(31)])), 'ECDH-ES', 'key_invalid'],
  [
    'a private key of another public key',
    { ...x25519, x: exportJwk(generateKey('ECDH-ES', { curve: 'X25519' })).x },
    'ECDH-ES',
    'key_invalid',
  ],
  [
    'A-104: a secret with one byte more',
    { ...wrapping, k: `${wrapping.k}AA`.slice(0, 24) },
    'A128KW',
    'key_invalid',
  ],
  ['A-078: a kid that is a number', { ...wrapping, kid: 1 }, 'A128KW', 'key_invalid'],
];

for (const [name, jwk, algorithm, code] of refused) {
  test(`${name} is refused in a JWK for encryption`, () => {
    refuses(() => importJwk(jwk, { algorithm }), code);
  });
}

test('A-081: a published set of keys for signatures leaves out those for encryption', () => {
  const unnamed = { ...exportJwk(encryptionKey('ECDH-ES P-256')), alg: undefined, kid: 'unnamed' };
  const listed = [encryptionKey('RSA-OAEP'), encryptionKey('ECDH-ES X25519'), keyOf('ES256')].map((key) =>
    exportJwk(key),
  );
  const bytes = Buffer.from(JSON.stringify({ keys: [...listed, unnamed] }));
  const { keys, skipped } = readKeySet(bytes, { algorithms: ['ES256', 'RS256'], maxKeys: 10 });
  assert.deepEqual([keys.map(({ algorithm }) => algorithm), skipped], [['ES256'], 3]);
});

test('key_ops that fit are accepted', () => {
  const fitting: readonly (readonly [object, EncryptionAlgorithmName])[] = [
    [{ ...rsa, key_ops: ['decrypt'] }, 'RSA-OAEP'],
    [{ ...exportJwk(encryptionKey('RSA-OAEP')), key_ops: ['wrapKey', 'encrypt'] }, 'RSA-OAEP'],
    [{ ...publicEc, key_ops: [] }, 'ECDH-ES'],
    [{ ...ec, key_ops: ['deriveBits'] }, 'ECDH-ES'],
    [{ ...wrapping, key_ops: ['wrapKey', 'unwrapKey'] }, 'A128KW'],
    [{ ...direct, alg: 'dir', key_ops: ['encrypt', 'decrypt'] }, 'A256GCM'],
  ];
  for (const [jwk, algorithm] of fitting) assert.equal(importJwk(jwk, { algorithm }).algorithm, algorithm);
});

test('A-081: no JWK decides by itself that it encrypts', () => {
  for (const jwk of [rsa, ec, wrapping, direct]) refuses(() => importJwk(jwk), 'key_invalid');
  refuses(() => importJwk({ ...rsa, alg: 'RS256' }), 'key_invalid');
});

for (const algorithm of ['A128KW', 'A192GCMKW', 'A256GCM', 'A256CBC-HS512'] as const) {
  test(`${algorithm}: a secret has exactly its length`, () => {
    const bytes = keyManagements[algorithm].secretBytes ?? 0;
    assert.equal(importSecret(randomBytes(bytes), { algorithm }).kind, 'secret');
    for (const wrong of [0, 15, bytes - 1, bytes + 1, 2 * bytes])
      refuses(() => importSecret(randomBytes(wrong), { algorithm }), 'key_invalid');
    refuses(() => importSecret(Buffer.alloc(bytes), { algorithm }), 'key_invalid');
  });
}

test('a password is at least as long as the key it makes', () => {
  const algorithm = 'PBES2-HS512+A256KW';
  assert.ok(importSecret(Buffer.from('entrap_o–peter_long–credit_tun'), { algorithm }));
  refuses(() => importSecret(Buffer.from('correct horse battery staple'), { algorithm }), 'key_invalid');
});

test('A-003, A-005: a published key is no secret for encryption', () => {
  const pem = String(toPublicKey(keyOf('RS256')).keyObject.export({ format: 'pem', type: 'spki' }));
  refuses(() => importSecret(Buffer.from(pem), { algorithm: 'PBES2-HS256+A128KW' }), 'key_type_mismatch');
  refuses(() => importPem(pem, { algorithm: 'PBES2-HS256+A128KW' }), 'key_type_mismatch');
  refuses(() => importPem(pem, { algorithm: 'ECDH-ES' }), 'key_type_mismatch');
  refuses(() => importSecret(randomBytes(32), { algorithm: 'RSA-OAEP' }), 'key_type_mismatch');
});

/** Untyped, as a caller in JavaScript would. */
const untyped = (act: unknown, ...given: unknown[]): unknown =>
  typeof act === 'function' ? Reflect.apply(act, undefined, given) : undefined;

test('A-099: a key for encryption neither signs nor verifies', () => {
  const key: EncryptionKey = encryptionKey('RSA-OAEP');
  const token = signJws('x', { key: keyOf('RS256') });
  refuses(() => untyped(signJws, 'x', { key }), 'key_invalid');
  assert.throws(() => untyped(verifyJws, token, { keys: key, algorithms: ['RS256'] }), TypeError);
  const options = { keys: key, issuer, audience, algorithms: ['RS256'], type: 'at+jwt' };
  assert.throws(() => untyped(createJwtVerifier, options), TypeError);
  assert.throws(
    () => untyped(verifyJws, token, { keys: keyOf('RS256'), algorithms: ['RSA-OAEP'] }),
    TypeError,
  );
});

test('A-011: a key pair for signatures makes no key for encryption', () => {
  for (const type of ['ed25519', 'ed448', 'ml-dsa-44'] as const) {
    const pem = Reflect.apply(generateKeyPairSync, undefined, [type]).publicKey.export({
      format: 'pem',
      type: 'spki',
    });
    refuses(() => importPem(String(pem), { algorithm: 'ECDH-ES' }), 'key_type_mismatch');
  }
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' });
  refuses(() => importPem(String(pem), { algorithm: 'ECDH-ES' }), 'key_type_mismatch');
});

test('A-078: a key for encryption has an id of 1 to 256 characters or none', () => {
  for (const keyId of ['', 'k'.repeat(257)])
    refuses(() => importSecret(randomBytes(16), { algorithm: 'A128KW', keyId }), 'key_invalid');
  assert.equal(importSecret(randomBytes(16), { algorithm: 'A128KW' }).keyId, undefined);
});

test('RSA-OAEP: a new key decrypts what its public half encrypts', () => {
  const key = generateKey('RSA-OAEP');
  const token = encryptJwe('text', { key: toPublicKey(key), encryption: 'A128GCM' });
  const { plaintext } = decryptJwe(token, { keys: key, algorithms: ['RSA-OAEP'], encryptions: ['A128GCM'] });
  assert.equal(Buffer.from(plaintext).toString(), 'text');
});
