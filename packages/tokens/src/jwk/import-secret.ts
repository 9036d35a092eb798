import { createSecretKey } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { type Key, makeKey } from './key.ts';
import { checkNotPublicMaterial } from './public-material.ts';

export interface ImportSecretOptions {
  readonly algorithm: AlgorithmName;
  readonly keyId?: string;
}

const optionNames: ReadonlySet<string> = new Set(['algorithm', 'keyId']);

/**
 * Make an HMAC key of raw bytes, at least as many as the digest has (32, 48 or 64).
 *
 * Bytes that are a published key in any common spelling are refused. Does NOT
 * measure entropy: use random bytes, never a password.
 *
 * @throws TokenError `key_required`, `key_invalid`, `key_type_mismatch`
 * @see RFC 7518 §3.2, RFC 8725bis §2.2
 */
export function importSecret(secret: Uint8Array, options: ImportSecretOptions): Key {
  checkKnownOptions(options, optionNames, 'importSecret');
  const { algorithm, keyId } = options;
  if (!isAlgorithmName(algorithm)) throw new TypeError('importSecret: unknown algorithm');
  if (!algorithms[algorithm].isSymmetric) throw new TokenError('key_type_mismatch');
  if (secret === undefined || secret === null) throw new TokenError('key_required');
  if (!(secret instanceof Uint8Array))
    throw new TokenError('key_invalid', { message: 'a secret is a Uint8Array' });
  checkNotPublicMaterial(secret);
  return makeKey({ algorithm, keyId, keyObject: createSecretKey(secret) });
}
