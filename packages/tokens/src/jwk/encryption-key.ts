import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { EncryptionAlgorithmName, KeyManagement, Unwrap, Wrap } from '../jwe/algorithm.ts';
import { agree, curveOf } from '../jwe/curves.ts';
import { keyManagements } from '../jwe/key-management.ts';
import { TokenError } from '../token-error.ts';
import { isKeyId, type KeyKind, showNothing } from './key.ts';
import { checkRsaKey } from './rsa-strength.ts';
import { checkSecretStrength } from './secret-strength.ts';

/**
 * A key bound to exactly one way to encrypt (RFC 8725bis §3.1). It never signs or
 * verifies, as a `Key` never encrypts or decrypts.
 *
 * Only the functions of this package make one; an object that merely looks
 * like one is refused everywhere. Printing or serializing it shows no material.
 */
export interface EncryptionKey {
  readonly kind: KeyKind;
  readonly algorithm: EncryptionAlgorithmName;
  readonly keyId: string | undefined;
  readonly keyObject: KeyObject;
}

/** What is prepared once for each key. */
interface EncryptionMaterial {
  readonly row: KeyManagement;
  readonly wrap: Wrap;
  /** Undefined for a public key. */
  readonly unwrap: Unwrap | undefined;
  readonly publicObject: KeyObject;
}

export interface EncryptionKeyParts {
  readonly algorithm: EncryptionAlgorithmName;
  readonly keyId: string | undefined;
  readonly keyObject: KeyObject;
}

const materials = new WeakMap<object, EncryptionMaterial>();

/**
 * Bind a KeyObject to its algorithm and prepare encrypting and decrypting.
 *
 * @throws TokenError `key_type_mismatch`, `key_invalid`
 */
export function makeEncryptionKey({ algorithm, keyId, keyObject }: EncryptionKeyParts): EncryptionKey {
  const row = keyManagements[algorithm];
  if (familyOf(keyObject) !== row.family) throw new TokenError('key_type_mismatch');
  if (keyId !== undefined && !isKeyId(keyId)) {
    throw new TokenError('key_invalid', { message: 'a key id is a string of 1 to 256 characters' });
  }
  const publicObject = keyObject.type === 'private' ? createPublicKey(keyObject) : keyObject;
  checkStrength(row, publicObject);
  const key: EncryptionKey = showNothing({ kind: keyObject.type, algorithm, keyId, keyObject });
  materials.set(key, {
    row,
    wrap: row.wrapper(publicObject),
    unwrap: keyObject.type === 'public' ? undefined : row.unwrapper(keyObject),
    publicObject,
  });
  return key;
}

export function isEncryptionKey(value: unknown): value is EncryptionKey {
  return typeof value === 'object' && value !== null && materials.has(value);
}

/** @throws TokenError `key_required` for nothing, `key_invalid` for anything that is not an EncryptionKey of this package */
export function encryptionMaterialOf(key: unknown): EncryptionMaterial {
  if (key === undefined || key === null) throw new TokenError('key_required');
  const material = typeof key === 'object' ? materials.get(key) : undefined;
  if (material === undefined) {
    throw new TokenError('key_invalid', {
      message: 'not a key for encryption made by importJwk, importPem, importSecret or generateKey',
    });
  }
  return material;
}

function familyOf(keyObject: KeyObject): KeyManagement['family'] | undefined {
  if (keyObject.type === 'secret') return 'secret';
  if (keyObject.asymmetricKeyType === 'rsa') return 'rsa';
  return curveOf(keyObject) === undefined ? undefined : 'agreement';
}

/** Exact lengths for AES, at least the key's length for a password (RFC 7518 §8.8). */
function checkStrength(row: KeyManagement, publicObject: KeyObject): void {
  if (row.secretBytes !== undefined) {
    const secret = publicObject.export();
    if (secret.length !== row.secretBytes && row.isPassword !== true) {
      throw new TokenError('key_invalid', {
        message: `a secret for this algorithm has exactly ${row.secretBytes} bytes`,
      });
    }
    checkSecretStrength(secret, row.secretBytes);
  }
  if (row.family === 'rsa') checkRsaKey(publicObject);
  if (row.family === 'agreement') checkAgreement(publicObject);
}

/** With a point of small order every agreement gives zero, whoever takes part (RFC 7748 §6.1). */
function checkAgreement(publicObject: KeyObject): void {
  if (publicObject.asymmetricKeyType !== 'x25519') return;
  if (agree(generateKeyPairSync('x25519').privateKey, publicObject) === undefined) {
    throw new TokenError('key_invalid', { message: 'the X25519 public key is not a point to trust' });
  }
}
