import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { importPem, signJws, type TokenErrorCode, toPublicKey, verifyJws } from '../../src/index.ts';
import type { AlgorithmName } from '../../src/jws/algorithm.ts';
import { keyOf, refuses } from '../forge.ts';

const certificate = readFileSync(new URL('../vectors/certificate.pem', import.meta.url), 'utf8');
const rsa = keyOf('RS256').keyObject;
const ec = keyOf('ES256').keyObject;
const ed = keyOf('Ed25519').keyObject;
const publicOf = (algorithm: AlgorithmName): KeyObject => toPublicKey(keyOf(algorithm)).keyObject;
const spki = String(publicOf('ES256').export({ format: 'pem', type: 'spki' }));
const wrap = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
const der = publicOf('ES256').export({ format: 'der', type: 'spki' });
const rsaDer = publicOf('RS256').export({ format: 'der', type: 'spki' });
const pkcs8 = ec.export({ format: 'der', type: 'pkcs8' });
const p224 = generateKeyPairSync('ec', { namedCurve: 'secp224r1' }).publicKey;
const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey;
const mlDsa = keyOf('ML-DSA-44').keyObject;
const ed448 = generateKeyPairSync('ed448').publicKey;
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey;
const pemOf = (key: KeyObject): string => String(key.export({ format: 'pem', type: 'spki' }));

const accepted: readonly (readonly [string, string, AlgorithmName, 'public' | 'private'])[] = [
  ['SPKI, EC', spki, 'ES256', 'public'],
  ['SPKI, RSA', pemOf(publicOf('RS256')), 'PS256', 'public'],
  ['SPKI, Ed25519', pemOf(publicOf('Ed25519')), 'Ed25519', 'public'],
  ['SPKI with Windows line ends', spki.replaceAll('\n', '\r\n'), 'ES256', 'public'],
  ['SPKI amid white space', `\n  ${spki}\n\n`, 'ES256', 'public'],
  ['SPKI in one line', wrap('PUBLIC KEY', der), 'ES256', 'public'],
  ['PKCS#1, public', String(publicOf('RS256').export({ format: 'pem', type: 'pkcs1' })), 'RS256', 'public'],
  ['PKCS#8, EC', String(ec.export({ format: 'pem', type: 'pkcs8' })), 'ES256', 'private'],
  ['PKCS#8, RSA', String(rsa.export({ format: 'pem', type: 'pkcs8' })), 'RS512', 'private'],
  ['PKCS#8, Ed25519', String(ed.export({ format: 'pem', type: 'pkcs8' })), 'EdDSA', 'private'],
  ['SPKI, secp256k1', pemOf(k256), 'ES256K', 'public'],
  ['SPKI, ML-DSA-65', pemOf(publicOf('ML-DSA-65')), 'ML-DSA-65', 'public'],
  ['PKCS#8, ML-DSA-44', String(mlDsa.export({ format: 'pem', type: 'pkcs8' })), 'ML-DSA-44', 'private'],
  ['PKCS#1, private', String(rsa.export({ format: 'pem', type: 'pkcs1' })), 'RS256', 'private'],
  ['SEC 1', String(ec.export({ format: 'pem', type: 'sec1' })), 'ES256', 'private'],
  ['X.509 certificate', certificate, 'ES256', 'public'],
];

test('a private ML-DSA key without its seed has no JWK form and is refused', () => {
  // PKCS#8 with seed and expanded key (RFC 9881 §6): the expanded key alone is its last 2560 bytes.
  const expanded = mlDsa.export({ format: 'der', type: 'pkcs8' }).subarray(-2560);
  const head = Buffer.from('30820a18020100300b060960864801650304031104820a0404820a00', 'hex');
  const seedless = Buffer.concat([head, expanded]);
  assert.ok(createPrivateKey({ key: seedless, format: 'der', type: 'pkcs8' }));
  refuses(() => importPem(wrap('PRIVATE KEY', seedless), { algorithm: 'ML-DSA-44' }), 'key_invalid');
});

for (const [name, pem, algorithm, kind] of accepted) {
  test(`accepted: ${name}`, () => {
    const key = importPem(pem, { algorithm, keyId: 'a' });
    assert.equal(key.kind, kind);
    assert.equal(key.algorithm, algorithm);
    assert.equal(key.keyId, 'a');
    if (kind === 'private') {
      const token = signJws('text', { key });
      assert.ok(verifyJws(token, { keys: toPublicKey(key), algorithms: [algorithm] }));
    }
  });
}

const refused: readonly (readonly [string, unknown, AlgorithmName, TokenErrorCode])[] = [
  ['A-002: nothing', undefined, 'ES256', 'key_required'],
  ['A-002: null', null, 'ES256', 'key_required'],
  ['A-002: empty text', '', 'ES256', 'key_required'],
  ['bytes', Buffer.from(spki), 'ES256', 'key_invalid'],
  ['A-003: a public key for an HMAC', spki, 'HS256', 'key_type_mismatch'],
  ['A-004: a certificate for an HMAC', certificate, 'HS512', 'key_type_mismatch'],
  ['A-004: text before the block', `key:\n${spki}`, 'ES256', 'key_invalid'],
  ['A-004: a zero-width space before the block', `\u200b${spki}`, 'ES256', 'key_invalid'],
  ['A-004: two blocks', spki + spki, 'ES256', 'key_invalid'],
  [
    'A-004: a PGP block',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----',
    'ES256',
    'key_invalid',
  ],
  [
    'A-004: an OpenSSH block',
    wrap('OPENSSH PRIVATE KEY', Buffer.from('openssh-key-v1\0')),
    'ES256',
    'key_invalid',
  ],
  ['a label of nobody', wrap('SECRET KEY', der), 'ES256', 'key_invalid'],
  ['a label that is inherited', wrap('CONSTRUCTOR', der), 'ES256', 'key_invalid'],
  ['labels that differ', spki.replace('END PUBLIC', 'END PRIVATE'), 'ES256', 'key_invalid'],
  ['a private key under a public label', wrap('PUBLIC KEY', pkcs8), 'ES256', 'key_invalid'],
  ['a public key under a private label', wrap('PRIVATE KEY', der), 'ES256', 'key_invalid'],
  [
    'an encrypted private key',
    String(ec.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })),
    'ES256',
    'key_invalid',
  ],
  ['A-011: another curve', pemOf(publicOf('ES384')), 'ES256', 'key_type_mismatch'],
  ['A-011: P-224', pemOf(p224), 'ES256', 'key_type_mismatch'],
  ['A-011: secp256k1', pemOf(k256), 'ES256', 'key_type_mismatch'],
  ['A-011: Ed448', pemOf(ed448), 'EdDSA', 'key_type_mismatch'],
  ['A-011: RSA for ECDSA', pemOf(publicOf('RS256')), 'ES256', 'key_type_mismatch'],
  ['A-011: an RSA key restricted to PSS', pemOf(pss), 'RS256', 'key_type_mismatch'],
  ['A-054: RSA with 1024 bits', pemOf(weak), 'RS256', 'key_invalid'],
  [
    'A-103: bytes behind the key',
    wrap('PUBLIC KEY', Buffer.concat([der, Buffer.alloc(1)])),
    'ES256',
    'key_invalid',
  ],
  [
    'A-103: bytes behind the RSA key',
    wrap('PUBLIC KEY', Buffer.concat([rsaDer, Buffer.alloc(4)])),
    'RS256',
    'key_invalid',
  ],
  [
    'A-103: bytes behind the private key',
    wrap('PRIVATE KEY', Buffer.concat([pkcs8, Buffer.alloc(1)])),
    'ES256',
    'key_invalid',
  ],
  [
    'A-103: indefinite length',
    wrap('PUBLIC KEY', Buffer.concat([Buffer.from([0x30, 0x80]), der.subarray(2), Buffer.alloc(2)])),
    'ES256',
    'key_invalid',
  ],
  [
    'A-103: a length longer than needed',
    wrap('PUBLIC KEY', Buffer.concat([Buffer.from([0x30, 0x81]), der.subarray(1)])),
    'ES256',
    'key_invalid',
  ],
  ['A-103: not canonical base64', spki.replace('\n-----END', '=\n-----END'), 'ES256', 'key_invalid'],
  ['A-103: no body', '-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----', 'ES256', 'key_invalid'],
  [
    'endless text',
    `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(1_000_000)}\n-----END PUBLIC KEY-----`,
    'ES256',
    'key_invalid',
  ],
];

for (const [name, pem, algorithm, code] of refused) {
  test(`refused: ${name}`, () =>
    refuses(() => Reflect.apply(importPem, undefined, [pem, { algorithm }]), code));
}

test('A-103: a key cut short at any byte is refused', () => {
  for (const [label, bytes, algorithm] of [
    ['PUBLIC KEY', der, 'ES256'],
    ['PRIVATE KEY', pkcs8, 'ES256'],
    ['PUBLIC KEY', publicOf('Ed25519').export({ format: 'der', type: 'spki' }), 'Ed25519'],
  ] as const) {
    for (let length = 0; length < bytes.length; length++) {
      refuses(() => importPem(wrap(label, bytes.subarray(0, length)), { algorithm }), 'key_invalid');
    }
  }
});

test('mistakes in the options are TypeErrors', () => {
  for (const options of [{ algorithm: 'XX' }, {}, { algorithm: 'ES256', kid: 'a' }, undefined]) {
    assert.throws(() => Reflect.apply(importPem, undefined, [spki, options]), TypeError);
  }
});
