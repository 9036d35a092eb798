import type { Algorithm, AlgorithmName } from './jws/algorithm.ts';
import { ecdsaAlgorithm } from './jws/ecdsa.ts';
import { ed25519Algorithm } from './jws/eddsa.ts';
import { hmacAlgorithm } from './jws/hmac.ts';
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

const table: { readonly [name in AlgorithmName]: Algorithm } = {
  HS256: hmacAlgorithm('HS256', 'sha256', 32),
  HS384: hmacAlgorithm('HS384', 'sha384', 48),
  HS512: hmacAlgorithm('HS512', 'sha512', 64),
  RS256: rsaPkcs1Algorithm('RS256', 'sha256'),
  RS384: rsaPkcs1Algorithm('RS384', 'sha384'),
  RS512: rsaPkcs1Algorithm('RS512', 'sha512'),
  PS256: rsaPssAlgorithm('PS256', 'sha256', 32),
  PS384: rsaPssAlgorithm('PS384', 'sha384', 48),
  PS512: rsaPssAlgorithm('PS512', 'sha512', 64),
  ES256: ecdsaAlgorithm('ES256', 'sha256', p256),
  ES384: ecdsaAlgorithm('ES384', 'sha384', p384),
  ES512: ecdsaAlgorithm('ES512', 'sha512', p521),
  Ed25519: ed25519Algorithm('Ed25519'),
  EdDSA: ed25519Algorithm('EdDSA'),
};

/** Null-prototype, so that a header saying `constructor` finds nothing. */
export const algorithms: { readonly [name in AlgorithmName]: Algorithm } = Object.freeze(
  Object.assign(Object.create(null), table),
);

export const algorithmNames: readonly AlgorithmName[] = Object.freeze(
  Object.values(table).map((row) => row.name),
);

export function isAlgorithmName(value: unknown): value is AlgorithmName {
  return typeof value === 'string' && value in algorithms;
}
