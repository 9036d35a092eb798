import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { exportJwk, exportPrivateJwk, generateKey, importJwk, type TokenErrorCode } from '../../src/index.ts';
import { keyOf, refuses } from '../forge.ts';

const ec = exportPrivateJwk(keyOf('ES256'));
const ecPublic = exportJwk(keyOf('ES256'));
const ec384 = exportJwk(keyOf('ES384'));
const rsa = exportPrivateJwk(keyOf('RS256'));
const rsaPublic = exportJwk(keyOf('RS256'));
const ed = exportPrivateJwk(keyOf('Ed25519'));
const edPublic = exportJwk(keyOf('Ed25519'));
const k256 = exportJwk(keyOf('ES256K'));
const akp = exportPrivateJwk(keyOf('ML-DSA-44'));
const akpPublic = exportJwk(keyOf('ML-DSA-44'));
const oct = exportPrivateJwk(keyOf('HS256'));
const bytesOf = (member = ''): Buffer => Buffer.from(member, 'base64url');
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const padded = (member?: string): string => text(Buffer.concat([Buffer.alloc(1), bytesOf(member)]));
const secp256k1 = { crv: 'secp256k1', alg: 'ES256K' };
const otherAkp = exportJwk(generateKey('ML-DSA-44'));
const weak = (bits: number): object => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }),
  alg: 'RS256',
});
const point = (y: bigint): string => text(Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse());
const p25519 = (1n << 255n) - 19n;
const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
const refused: readonly (readonly [string, unknown, TokenErrorCode])[] = [
  ['not an object: text', JSON.stringify(ecPublic), 'key_invalid'],
  ['not an object: a list', [ecPublic], 'key_invalid'],
  ['not an object: null', null, 'key_invalid'],
  ['not an object: undefined', undefined, 'key_invalid'],
  ['A-008: no alg anywhere', { ...ecPublic, alg: undefined }, 'key_invalid'],
  ['A-008: an unknown alg', { ...ecPublic, alg: 'ES257' }, 'key_invalid'],
  ['A-008: alg none', { ...ecPublic, alg: 'none' }, 'key_invalid'],
  ['A-008: alg is a list', { ...ecPublic, alg: ['ES256'] }, 'key_invalid'],
  ['A-011: ES256 with P-384', { ...ec384, alg: 'ES256' }, 'key_type_mismatch'],
  ['A-011: ES384 with P-256', { ...ecPublic, alg: 'ES384' }, 'key_type_mismatch'],
  ['A-011: RS256 with an EC key', { ...ecPublic, alg: 'RS256' }, 'key_type_mismatch'],
  ['A-011: HS256 with an RSA key', { ...rsaPublic, alg: 'HS256' }, 'key_type_mismatch'],
  ['A-011: Ed25519 with X25519', { ...edPublic, crv: 'X25519' }, 'key_type_mismatch'],
  ['A-011: ES256K with P-256', { ...ecPublic, alg: 'ES256K' }, 'key_type_mismatch'],
  ['A-011: ES256 with secp256k1', { ...k256, alg: 'ES256' }, 'key_type_mismatch'],
  ['A-011: a point of P-256 said to be of secp256k1', { ...ecPublic, ...secp256k1 }, 'key_invalid'],
  ['A-011: ML-DSA-65 with a key of ML-DSA-44', { ...akpPublic, alg: 'ML-DSA-65' }, 'key_invalid'],
  ['A-011: ML-DSA-44 with an EC key', { ...ecPublic, alg: 'ML-DSA-44' }, 'key_type_mismatch'],
  ['A-104: pub with a byte more', { ...akpPublic, pub: padded(akpPublic.pub) }, 'key_invalid'],
  ['A-103: pub is missing', { ...akp, pub: undefined }, 'key_invalid'],
  [
    'A-103: priv is no seed but what grew out of it',
    { ...akp, priv: text(Buffer.alloc(2560)) },
    'key_invalid',
  ],
  ['a private key of another public key (AKP)', { ...akp, pub: otherAkp.pub }, 'key_invalid'],
  ['A-081: an AKP private key that may not sign', { ...akp, key_ops: ['verify'] }, 'key_invalid'],
  ['A-011: the name of another curve', { ...ecPublic, crv: 'P-384' }, 'key_type_mismatch'],
  ['A-011: kty is unknown', { ...ecPublic, kty: 'ec' }, 'key_type_mismatch'],
  ['A-011: kty names something inherited', { ...ecPublic, kty: '__proto__' }, 'key_type_mismatch'],
  ['A-048: a public key of order 1', { ...edPublic, x: point(1n) }, 'key_invalid'],
  ['A-048: a public key of order 2', { ...edPublic, x: point(p25519 - 1n) }, 'key_invalid'],
  ['A-048: a public key of order 4', { ...edPublic, x: point(0n) }, 'key_invalid'],
  ['A-048: a public key of order 8', { ...edPublic, x: point(order8) }, 'key_invalid'],
  [
    'A-048: a public key of order 8, negative',
    { ...edPublic, x: point(p25519 - order8 + (1n << 255n)) },
    'key_invalid',
  ],
  ['A-048: y not below the prime', { ...edPublic, x: point(p25519 + 3n) }, 'key_invalid'],
  ['A-054: RSA with 1024 bits', weak(1024), 'key_invalid'],
  ['A-054: RSA with 2040 bits', weak(2040), 'key_invalid'],
  ['A-054: RSA with e = 1', { ...rsaPublic, e: 'AQ' }, 'key_invalid'],
  ['A-054: RSA with an even e', { ...rsaPublic, e: 'BA' }, 'key_invalid'],
  ['A-054: RSA with an endless e', { ...rsaPublic, e: text(Buffer.alloc(64, 3)) }, 'key_invalid'],
  ['A-054: RSA with an endless n', { ...rsaPublic, n: text(Buffer.alloc(4096, 0xfd)) }, 'key_invalid'],
  [
    'A-054: RSA with an even n',
    { ...rsaPublic, n: text(Buffer.concat([bytesOf(rsaPublic.n).subarray(0, -1), Buffer.from([2])])) },
    'key_invalid',
  ],
  ['A-078: kid is a number', { ...ecPublic, kid: 1 }, 'key_invalid'],
  ['A-078: kid is empty', { ...ecPublic, kid: '' }, 'key_invalid'],
  ['A-078: kid is too long', { ...ecPublic, kid: 'k'.repeat(257) }, 'key_invalid'],
  ['A-081: a key for encryption', { ...ecPublic, use: 'enc' }, 'key_invalid'],
  ['A-081: use is a list', { ...ecPublic, use: ['sig'] }, 'key_invalid'],
  ['A-081: key_ops without verify', { ...ecPublic, key_ops: ['sign'] }, 'key_invalid'],
  ['A-081: key_ops for encryption', { ...ecPublic, key_ops: ['deriveBits'] }, 'key_invalid'],
  ['A-081: key_ops empty', { ...ecPublic, key_ops: [] }, 'key_invalid'],
  ['A-081: key_ops repeats itself', { ...ecPublic, key_ops: ['verify', 'verify'] }, 'key_invalid'],
  ['A-081: key_ops is text', { ...ecPublic, key_ops: 'verify' }, 'key_invalid'],
  ['A-081: a private key that may not sign', { ...ec, key_ops: ['verify'] }, 'key_invalid'],
  ['A-103: x is missing', { ...ecPublic, x: undefined }, 'key_invalid'],
  ['A-103: x is a number', { ...ecPublic, x: 1 }, 'key_invalid'],
  ['A-103: x is cut short', { ...ecPublic, x: text(bytesOf(ecPublic.x).subarray(1)) }, 'key_invalid'],
  ['A-103: x with padding', { ...ecPublic, x: `${ecPublic.x}=` }, 'key_invalid'],
  ['A-103: x with a line break', { ...ecPublic, x: `${ecPublic.x}\n` }, 'key_invalid'],
  ['A-104: x with a leading zero', { ...ecPublic, x: padded(ecPublic.x) }, 'key_invalid'],
  [
    'A-104: y with a trailing byte',
    { ...ecPublic, y: text(Buffer.concat([bytesOf(ecPublic.y), Buffer.alloc(1)])) },
    'key_invalid',
  ],
  ['A-104: a point off the curve', { ...ecPublic, y: ecPublic.x }, 'key_invalid'],
  [
    'A-104: the point 0, 0',
    { ...ecPublic, x: text(Buffer.alloc(32)), y: text(Buffer.alloc(32)) },
    'key_invalid',
  ],
  ['A-104: x not below the prime', { ...ecPublic, x: text(Buffer.alloc(32, 0xff)) }, 'key_invalid'],
  ['A-104: n with a leading zero', { ...rsaPublic, n: padded(rsaPublic.n) }, 'key_invalid'],
  ['A-104: e with a leading zero', { ...rsaPublic, e: padded(rsaPublic.e) }, 'key_invalid'],
  [
    'A-104: an Ed25519 key of 31 bytes',
    { ...edPublic, x: text(bytesOf(edPublic.x).subarray(1)) },
    'key_invalid',
  ],
  ['A-104: an Ed25519 key of 33 bytes', { ...edPublic, x: padded(edPublic.x) }, 'key_invalid'],
  [
    'a private key of another public key (EC)',
    { ...ec, ...pick(exportJwk(generateKey('ES256'))) },
    'key_invalid',
  ],
  [
    'a private key of another public key (Ed25519)',
    { ...ed, x: exportJwk(generateKey('Ed25519')).x },
    'key_invalid',
  ],
  [
    'a private key of another public key (RSA)',
    { ...rsa, n: exportJwk(generateKey('PS256')).n },
    'key_invalid',
  ],
  ['a private exponent of 0', { ...ec, d: text(Buffer.alloc(32)) }, 'key_invalid'],
  ['an RSA private key without primes', { ...rsaPublic, d: rsa.d }, 'key_invalid'],
  ['an RSA key with primes but no d', { ...rsaPublic, p: rsa.p }, 'key_invalid'],
  ['an RSA key with more primes', { ...rsa, oth: [] }, 'key_invalid'],
  ['k is missing', { ...oct, k: undefined }, 'key_invalid'],
  ['A-052: k is empty', { ...oct, k: '' }, 'key_invalid'],
  ['k is not canonical', { ...oct, k: `${oct.k}=` }, 'key_invalid'],
];

function pick({ x, y }: { readonly x?: string; readonly y?: string }): object {
  return { x, y };
}

for (const [name, jwk, code] of refused) {
  test(`refused: ${name}`, () => refuses(() => importJwk(jwk), code));
}

test('A-054: moduli of the ROCA generator are told by their remainders', () => {
  const primes = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
  ];
  primes.push(101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167);
  const primorial = primes.reduce((product, prime) => product * BigInt(prime), 1n);
  /** Of the form that the generator gives its primes; whether it is one does not matter here. */
  const factor = (power: bigint): bigint =>
    ((1n << 830n) + power) * primorial + (65_537n ** power % primorial);
  const hex = (factor(7n) * factor(1234n)).toString(16);
  const n = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
  assert.throws(() => importJwk({ ...rsaPublic, n }), { code: 'key_invalid', message: /guessable/ });
});

test('A-048: the points of small order are those that eight times themselves are nothing', () => {
  const prime = (1n << 255n) - 19n;
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n;
    for (let [square, rest] = [base, exponent]; rest > 0n; rest >>= 1n, square = (square * square) % prime) {
      if (rest & 1n) result = (result * square) % prime;
    }
    return result;
  };
  const invert = (value: bigint): bigint => power(value, prime - 2n);
  const d = (prime - ((121_665n * invert(121_666n)) % prime)) % prime;
  // On −x² + y² = 1 + dx²y², doubling maps y to (y² + x²) / (1 − dx²y²), where x² = (y² − 1) / (dy² + 1).
  const double = (y: bigint): bigint => {
    const yy = (y * y) % prime;
    const xx = ((yy - 1n + prime) * invert((d * yy + 1n) % prime)) % prime;
    return ((yy + xx) * invert((1n - ((d * xx * yy) % prime) + prime) % prime)) % prime;
  };
  for (const y of [0n, 1n, prime - 1n, order8, prime - order8]) assert.equal(double(double(double(y))), 1n);
});

test('A-008: the algorithm wanted and the one stated must agree', () => {
  refuses(() => importJwk(rsaPublic, { algorithm: 'PS256' }), 'key_type_mismatch');
  refuses(() => importJwk(edPublic, { algorithm: 'EdDSA' }), 'key_type_mismatch');
  const { alg: _, ...nameless } = rsaPublic;
  assert.equal(importJwk(nameless, { algorithm: 'PS256' }).algorithm, 'PS256');
  assert.equal(importJwk(rsaPublic, { algorithm: 'RS256' }).algorithm, 'RS256');
  // RFC 9964 §3: of an AKP key, alg is a required member.
  const { alg: _alg, ...namelessAkp } = akpPublic;
  refuses(() => importJwk(namelessAkp, { algorithm: 'ML-DSA-44' }), 'key_invalid');
});

test('unknown members, x5c and x5u are passed over', () => {
  const key = importJwk({
    ...ecPublic,
    x5c: ['AAAA'],
    x5u: 'https://evil.example',
    ext: true,
    key_ops: ['verify'],
  });
  assert.equal(key.kind, 'public');
});

test('members that are only inherited do not count', () => {
  refuses(() => importJwk(Object.create(ecPublic)), 'key_invalid');
});

test('A-082: the public export of a private key shows its public members alone', () => {
  for (const name of algorithmNames.filter((candidate) => !algorithms[candidate].isSymmetric)) {
    const published = exportJwk(keyOf(name));
    const allowed = ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'pub', 'use', 'x', 'y'];
    assert.deepEqual(
      Object.keys(published).filter((member) => !allowed.includes(member)),
      [],
    );
    assert.equal(published.use, 'sig');
    assert.equal(importJwk(published).kind, 'public');
    assert.equal(importJwk(exportPrivateJwk(keyOf(name))).kind, 'private');
  }
});

test('secrets have no public form, public keys no private one', () => {
  assert.throws(() => exportJwk(keyOf('HS256')), TypeError);
  assert.throws(() => exportPrivateJwk(importJwk(ecPublic)), TypeError);
});

test('mistakes in the options are TypeErrors', () => {
  for (const options of [{ algorithm: 'XX' }, { alg: 'ES256' }, null, 'ES256']) {
    assert.throws(() => Reflect.apply(importJwk, undefined, [ecPublic, options]), TypeError);
  }
});
