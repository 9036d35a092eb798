import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeBase64url, exportJwk, importJwk, importSecret, toPublicKey } from '../../src/index.ts';
import { keyOf, refuses } from '../forge.ts';

const certificate = readFileSync(new URL('../vectors/certificate.pem', import.meta.url));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const ec521 = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
const ed = generateKeyPairSync('ed25519');
const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const spki = rsa.publicKey.export({ format: 'der', type: 'spki' });
const ecJwk = ec.publicKey.export({ format: 'jwk' });
const { x = '', y = '' } = ecJwk;
const { x: x521 = '', y: y521 = '' } = ec521.publicKey.export({ format: 'jwk' });
const { x: xK = '', y: yK = '' } = exportJwk(keyOf('ES256K'));
const bytesOf = (member: string): Buffer => Buffer.from(member, 'base64url');
const point = Buffer.concat([Buffer.from([4]), bytesOf(x), bytesOf(y)]);
const pointK = Buffer.concat([Buffer.from([4]), bytesOf(xK), bytesOf(yK)]);
const point521 = Buffer.concat([Buffer.from([4]), bytesOf(x521), bytesOf(y521)]);
const jwk = JSON.stringify(exportJwk(keyOf('RS256')));

const published: readonly (readonly [string, Uint8Array | string])[] = [
  ['A-003: SPKI PEM', pem],
  ['A-003: PEM with Windows line ends', pem.replaceAll('\n', '\r\n')],
  ['A-004: PKCS#1 PEM', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' })],
  ['A-004: X.509 certificate', certificate],
  ['A-004: private PEM', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' })],
  ['A-004: PEM behind a byte order mark', `\ufeff${pem}`],
  ['A-004: PEM behind a zero-width space', `\u200b${pem}`],
  ['A-004: PEM behind a comment', `# my key\n${pem}`],
  ['A-004: PEM inside quotes', JSON.stringify(pem)],
  ['A-004: PEM in UTF-16', Buffer.from(pem, 'utf16le')],
  ['A-004: PEM in UTF-16, the other way round', Buffer.from(pem, 'utf16le').swap16()],
  ['A-004: an armoured PGP key', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n'],
  ['A-004: SSH2 public key file', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAAB3NzaC1yc2E\n'],
  ['A-004: base64 of PEM', Buffer.from(pem).toString('base64')],
  ['A-004: the body of PEM without its armour', pem.replace(/-----[^-]+-----/g, '')],
  ['A-005: SPKI DER of RSA', spki],
  ['A-005: SPKI DER of EC', ec.publicKey.export({ format: 'der', type: 'spki' })],
  ['A-005: SPKI DER of Ed25519', ed.publicKey.export({ format: 'der', type: 'spki' })],
  ['A-005: PKCS#1 DER', rsa.publicKey.export({ format: 'der', type: 'pkcs1' })],
  [
    'A-005: SPKI DER of ML-DSA',
    toPublicKey(keyOf('ML-DSA-44')).keyObject.export({ format: 'der', type: 'spki' }),
  ],
  ['A-005: certificate DER', new X509Certificate(certificate).raw],
  ['A-005: SPKI DER in base64', spki.toString('base64')],
  ['A-005: SPKI DER in base64url', spki.toString('base64url')],
  ['A-005: SPKI DER in hex', spki.toString('hex')],
  ['A-005: OpenSSH, RSA', `ssh-rsa AAAAB3NzaC1yc2E${'A'.repeat(64)} me@host`],
  ['A-005: OpenSSH, Ed25519', `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5${'A'.repeat(44)} me@host`],
  ['A-005: OpenSSH, ECDSA', `ecdsa-sha2-nistp256 AAAAE2VjZHNh${'A'.repeat(64)} me@host`],
  ['A-006: JWK text', jwk],
  ['A-006: JWK text with white space', JSON.stringify(JSON.parse(jwk), undefined, 2)],
  ['A-006: JWK Set text', `{"keys":[${jwk}]}`],
  ['A-006: JWK text in base64', Buffer.from(jwk).toString('base64')],
  ['A-007: a point of P-256', point],
  ['A-007: a point of secp256k1', pointK],
  ['A-007: a point of P-521', point521],
  ['A-007: a point of P-256 in hex', point.toString('hex')],
];

for (const [name, material] of published) {
  test(`${name} is never an HMAC secret`, () => {
    const bytes = new Uint8Array(Buffer.from(material));
    refuses(() => importSecret(bytes, { algorithm: 'HS256' }), 'key_type_mismatch');
    refuses(() => importJwk({ kty: 'oct', k: encodeBase64url(bytes), alg: 'HS256' }), 'key_type_mismatch');
  });
}

test('A-004: no byte before a PEM hides it', () => {
  for (let byte = 0; byte < 256; byte++) {
    const bytes = Buffer.concat([Buffer.from([byte]), Buffer.from(pem)]);
    refuses(() => importSecret(bytes, { algorithm: 'HS256' }), 'key_type_mismatch');
  }
});

test('A-005: an asymmetric algorithm takes no bytes', () => {
  refuses(() => importSecret(randomBytes(64), { algorithm: 'RS256' }), 'key_type_mismatch');
});

test('A-005: text is not bytes', () => {
  refuses(
    () => Reflect.apply(importSecret, undefined, ['a'.repeat(64), { algorithm: 'HS256' }]),
    'key_invalid',
  );
});

test('A-002: nothing is no secret', () => {
  for (const nothing of [undefined, null]) {
    refuses(() => Reflect.apply(importSecret, undefined, [nothing, { algorithm: 'HS256' }]), 'key_required');
  }
});

for (const [algorithm, minBytes] of [
  ['HS256', 32],
  ['HS384', 48],
  ['HS512', 64],
] as const) {
  test(`A-052, A-053: ${algorithm} wants ${minBytes} bytes`, () => {
    for (const length of [0, 1, minBytes - 1]) {
      const secret = randomBytes(length);
      refuses(() => importSecret(secret, { algorithm }), 'key_invalid');
      refuses(
        () => importJwk({ kty: 'oct', k: secret.toString('base64url'), alg: algorithm }),
        'key_invalid',
      );
    }
    assert.equal(importSecret(randomBytes(minBytes), { algorithm }).kind, 'secret');
    assert.equal(importSecret(randomBytes(200), { algorithm, keyId: 'a' }).keyId, 'a');
  });
}

test('A-053: a few bytes repeated are no secret', () => {
  for (const secret of [Buffer.alloc(64), Buffer.alloc(64, 'a'), Buffer.alloc(64, 'secret')]) {
    refuses(() => importSecret(secret, { algorithm: 'HS256' }), 'key_invalid');
  }
});

test('random secrets pass, as bytes, hex and base64 text', () => {
  for (let count = 0; count < 500; count++) {
    const secret = randomBytes(32 + (count % 70));
    for (const bytes of [
      secret,
      Buffer.from(secret.toString('hex')),
      Buffer.from(secret.toString('base64')),
    ]) {
      assert.equal(importSecret(bytes, { algorithm: 'HS256' }).kind, 'secret');
    }
  }
});

test('the caller may wipe the bytes afterwards', () => {
  const secret = randomBytes(32);
  const before = Buffer.from(secret);
  const key = importSecret(secret, { algorithm: 'HS256' });
  secret.fill(0);
  assert.deepEqual(key.keyObject.export(), before);
});

test('mistakes in the options are TypeErrors', () => {
  for (const options of [{ algorithm: 'XX' }, {}, { algorithm: 'HS256', kid: 'a' }, undefined]) {
    assert.throws(() => Reflect.apply(importSecret, undefined, [randomBytes(32), options]), TypeError);
  }
  refuses(() => importSecret(randomBytes(32), { algorithm: 'HS256', keyId: '' }), 'key_invalid');
});
