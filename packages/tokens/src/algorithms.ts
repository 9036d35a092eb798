import type { Algorithm, AlgorithmName } from './jws/algorithm.ts';
import { ecdsaAlgorithm } from './jws/ecdsa.ts';
import { ed25519Algorithm } from './jws/eddsa.ts';
import { hmacAlgorithm } from './jws/hmac.ts';
import { mlDsaAlgorithm } from './jws/ml-dsa.ts';
import { rsaPkcs1Algorithm, rsaPssAlgorithm } from './jws/rsa.ts';

/** Orders of the base points: SP 800-186 §3.2.1. */
const p256 = {
  crv: 'P-256',
  namedCurve: 'prime256v1',
  orderHex: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
};
const p384 = {
  crv: 'P-384',
  namedCurve: 'secp384r1',
  orderHex:
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
};
const p521 = {
  crv: 'P-521',
  namedCurve: 'secp521r1',
  orderHex:
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
};

/** SEC 2 §2.4.1, named by RFC 8812 §3.1. */
const secp256k1 = {
  crv: 'secp256k1',
  namedCurve: 'secp256k1',
  orderHex: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
};

const table: { readonly [name in AlgorithmName]: Algorithm } = {
  HS256: hmacAlgorithm('HS256', { name: 'sha256', digestBytes: 32, blockBytes: 64 }),
  HS384: hmacAlgorithm('HS384', { name: 'sha384', digestBytes: 48, blockBytes: 128 }),
  HS512: hmacAlgorithm('HS512', { name: 'sha512', digestBytes: 64, blockBytes: 128 }),
  RS256: rsaPkcs1Algorithm('RS256', 'sha256'),
  RS384: rsaPkcs1Algorithm('RS384', 'sha384'),
  RS512: rsaPkcs1Algorithm('RS512', 'sha512'),
  PS256: rsaPssAlgorithm('PS256', 'sha256', 32),
  PS384: rsaPssAlgorithm('PS384', 'sha384', 48),
  PS512: rsaPssAlgorithm('PS512', 'sha512', 64),
  ES256: ecdsaAlgorithm('ES256', 'sha256', p256),
  ES384: ecdsaAlgorithm('ES384', 'sha384', p384),
  ES512: ecdsaAlgorithm('ES512', 'sha512', p521),
  ES256K: ecdsaAlgorithm('ES256K', 'sha256', secp256k1),
  Ed25519: ed25519Algorithm('Ed25519'),
  EdDSA: ed25519Algorithm('EdDSA'),
  'ML-DSA-44': mlDsaAlgorithm('ML-DSA-44', {
    keyType: 'ml-dsa-44',
    publicBytes: 1312,
    signatureBytes: 2420,
  }),
  'ML-DSA-65': mlDsaAlgorithm('ML-DSA-65', {
    keyType: 'ml-dsa-65',
    publicBytes: 1952,
    signatureBytes: 3309,
  }),
  'ML-DSA-87': mlDsaAlgorithm('ML-DSA-87', {
    keyType: 'ml-dsa-87',
    publicBytes: 2592,
    signatureBytes: 4627,
  }),
};

/** Null-prototype, so that a header saying `constructor` finds nothing. */
export const algorithms: { readonly [name in AlgorithmName]: Algorithm } = Object.freeze(
  Object.assign(Object.create(null), table),
);

/** Every algorithm of signatures, in the order of the table. */
export const algorithmNames: readonly AlgorithmName[] = Object.freeze(
  Object.values(table).map((row) => row.name),
);

export function isAlgorithmName(value: unknown): value is AlgorithmName {
  return typeof value === 'string' && value in algorithms;
}
