import { createPublicKey } from 'node:crypto';
import type { CborValue } from './cbor.ts';

/**
 * Algorithms that are asked for, the preferred one first. ES256 is what every
 * authenticator has; EdDSA and RS256 are there for some keys and for older
 * TPMs (WebAuthn §5.8.5).
 */
export const credentialAlgorithms: readonly number[] = [-7, -8, -257];

type CoseKey = ReadonlyMap<number | string, CborValue>;

/** RFC 9053 §7: members of a key, by label. */
const label = { type: 1, algorithm: 3, first: -1, second: -2, third: -3 } as const;

interface KeyRow {
  readonly type: number;
  /** Labels of its members beside type and algorithm: there are no others. */
  readonly members: readonly number[];
  readonly toJwk: (key: CoseKey) => Record<string, string>;
}

const rows: Readonly<Record<number, KeyRow>> = {
  [-7]: {
    type: 2,
    members: [label.first, label.second, label.third],
    toJwk: (key) => {
      checkNumber(key, label.first, 1);
      return {
        kty: 'EC',
        crv: 'P-256',
        x: readBytes(key, label.second, 32),
        y: readBytes(key, label.third, 32),
      };
    },
  },
  [-8]: {
    type: 1,
    members: [label.first, label.second],
    toJwk: (key) => {
      checkNumber(key, label.first, 6);
      return { kty: 'OKP', crv: 'Ed25519', x: readBytes(key, label.second, 32) };
    },
  },
  [-257]: {
    type: 3,
    members: [label.first, label.second],
    toJwk: (key) => ({ kty: 'RSA', n: readModulus(key), e: readExponent(key) }),
  },
};

/**
 * A public key as an authenticator sends it: of an algorithm that was asked
 * for, of the type, curve and size of that algorithm, with its members and no
 * others.
 *
 * @throws TypeError
 * @see RFC 9052 §7, RFC 9053 §7.1 and §7.2, RFC 8230 §4, WebAuthn §6.5.1.1
 */
export function checkCredentialKey(key: CborValue): void {
  if (!(key instanceof Map)) throw new TypeError('the public key is no map');
  const algorithm: CborValue | undefined = key.get(label.algorithm);
  const row = typeof algorithm === 'number' ? rows[algorithm] : undefined;
  if (row === undefined) throw new TypeError('the public key is of another algorithm');
  checkNumber(key, label.type, row.type);
  const known: ReadonlySet<unknown> = new Set([label.type, label.algorithm, ...row.members]);
  if (key.size !== known.size || ![...key.keys()].every((name) => known.has(name))) {
    throw new TypeError('the public key has other members');
  }
  // Refuses a point that is not on the curve.
  createPublicKey({ key: row.toJwk(key), format: 'jwk' });
}

function checkNumber(key: CoseKey, name: number, expected: number): void {
  if (key.get(name) !== expected) throw new TypeError(`member ${name} of the public key is another one`);
}

function findBytes(key: CoseKey, name: number): Uint8Array {
  const value = key.get(name);
  if (!(value instanceof Uint8Array))
    throw new TypeError(`member ${name} of the public key is no byte string`);
  return value;
}

function readBytes(key: CoseKey, name: number, length: number): string {
  const value = findBytes(key, name);
  if (value.length !== length) throw new TypeError(`member ${name} of the public key has another length`);
  return Buffer.from(value).toString('base64url');
}

/** 2048 to 4096 bits. */
function readModulus(key: CoseKey): string {
  const value = findBytes(key, label.first);
  const isFine = value.length >= 256 && value.length <= 512 && (value[0] ?? 0) >= 0x80;
  if (!isFine) throw new TypeError('the RSA modulus is of another size');
  return Buffer.from(value).toString('base64url');
}

/** 65537, which is what authenticators make. */
function readExponent(key: CoseKey): string {
  const text = readBytes(key, label.second, 3);
  if (text !== 'AQAB') throw new TypeError('the RSA exponent is another one');
  return text;
}
