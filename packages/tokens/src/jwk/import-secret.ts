import { createSecretKey, type KeyObject } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { EncryptionAlgorithmName } from '../jwe/algorithm.ts';
import { isEncryptionAlgorithmName } from '../jwe/key-management.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { type EncryptionKey, makeEncryptionKey } from './encryption-key.ts';
import { type Key, makeKey } from './key.ts';
import { checkNotPublicMaterial } from './public-material.ts';

export interface ImportSecretOptions {
  readonly algorithm: AlgorithmName;
  readonly keyId?: string;
}

export interface ImportEncryptionSecretOptions {
  /** For a secret that encrypts the content itself (`dir`), the name of the content encryption. */
  readonly algorithm: EncryptionAlgorithmName;
  readonly keyId?: string;
}

const optionNames: ReadonlySet<string> = new Set(['algorithm', 'keyId']);

/**
 * Make a key of raw bytes: for HMAC at least as many as the digest has (32, 48 or 64), for
 * encryption exactly as many as the algorithm takes, for PBES2 at least as many as the derived key has.
 *
 * Bytes that are a published key in any common spelling are refused. Does NOT
 * measure entropy: use random bytes; a password only for PBES2, and only where nothing better can be had.
 *
 * @throws TokenError `key_required`, `key_invalid`, `key_type_mismatch`
 * @see RFC 7518 §3.2 and §8.8, RFC 8725bis §2.2
 */
export function importSecret(secret: Uint8Array, options: ImportSecretOptions): Key;
export function importSecret(secret: Uint8Array, options: ImportEncryptionSecretOptions): EncryptionKey;
export function importSecret(
  secret: Uint8Array,
  options: ImportSecretOptions | ImportEncryptionSecretOptions,
): Key | EncryptionKey {
  checkKnownOptions(options, optionNames, 'importSecret');
  const { algorithm, keyId } = options;
  if (isEncryptionAlgorithmName(algorithm)) {
    return makeEncryptionKey({ algorithm, keyId, keyObject: readSecret(secret) });
  }
  if (!isAlgorithmName(algorithm)) throw new TypeError('importSecret: unknown algorithm');
  if (!algorithms[algorithm].isSymmetric) throw new TokenError('key_type_mismatch');
  return makeKey({ algorithm, keyId, keyObject: readSecret(secret) });
}

function readSecret(secret: Uint8Array): KeyObject {
  if (secret === undefined || secret === null) throw new TokenError('key_required');
  if (!(secret instanceof Uint8Array))
    throw new TokenError('key_invalid', { message: 'a secret is a Uint8Array' });
  checkNotPublicMaterial(secret);
  return createSecretKey(secret);
}
