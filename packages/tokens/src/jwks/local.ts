import type { EncryptionAlgorithmName } from '../jwe/algorithm.ts';
import { type EncryptionKey, isEncryptionKey } from '../jwk/encryption-key.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { isKey, type Key, materialOf } from '../jwk/key.ts';
import { TokenError } from '../token-error.ts';

/** The parts of a token's header that choose a key. */
export interface KeyQuery {
  readonly algorithm: AlgorithmName;
  readonly keyId: string | undefined;
}

/** A set of keys that is asked synchronously. */
export interface KeySet {
  /** The key for a token with this header, or undefined; never a key of another algorithm. */
  find(header: KeyQuery): Key | undefined;
  /** Rises whenever the set changes; a cached verdict is worth nothing after that. */
  readonly version: number;
}

/** How a key for decryption is asked for: the `alg` of the token, or, for `dir`, its `enc`. */
export interface EncryptionKeyQuery {
  readonly algorithm: EncryptionAlgorithmName;
  readonly keyId: string | undefined;
}

/** A set of private keys or secrets that decrypt. */
export interface EncryptionKeySet {
  /** The key for a token with this header, or undefined; never a key of another algorithm. */
  find(header: EncryptionKeyQuery): EncryptionKey | undefined;
  /** Rises whenever the set changes. */
  readonly version: number;
}

/**
 * A set that never changes, of keys for signatures or of keys for encryption.
 *
 * A token with a `kid` gets the key of that name; one without gets the only key
 * of its algorithm, and none when there are several.
 *
 * @throws TokenError `key_required` when empty, `key_set_invalid` for a repeated key id or secrets beside other keys
 */
export function createKeySet(keys: readonly Key[]): KeySet;
export function createKeySet(keys: readonly EncryptionKey[]): EncryptionKeySet;
export function createKeySet(keys: readonly Key[] | readonly EncryptionKey[]): KeySet | EncryptionKeySet {
  if (!Array.isArray(keys)) throw new TypeError('createKeySet: keys must be an array');
  if (keys.length === 0) throw new TokenError('key_required');
  const find = areEncryptionKeys(keys) ? indexByName(keys) : indexKeys(keys);
  return Object.freeze({ find, version: 1 });
}

/** The look-up shared by local and remote sets. */
export function indexKeys(keys: readonly Key[]): (header: KeyQuery) => Key | undefined {
  for (const key of keys) materialOf(key);
  return indexByName(keys);
}

/** A set starts with the kind of key it holds; another kind further on is refused. */
function areEncryptionKeys(
  keys: readonly Key[] | readonly EncryptionKey[],
): keys is readonly EncryptionKey[] {
  const count = keys.filter(isEncryptionKey).length;
  if (count !== 0 && count !== keys.length) {
    throw new TokenError('key_set_invalid', {
      message: 'keys for signatures and for encryption do not share a set',
    });
  }
  return count !== 0;
}

function indexByName<K extends Key | EncryptionKey>(
  keys: readonly K[],
): (header: { readonly algorithm: K['algorithm']; readonly keyId: string | undefined }) => K | undefined {
  const byId = new Map<string, K>();
  const byAlgorithm = new Map<string, K[]>();
  for (const key of keys) {
    if (key.keyId !== undefined && byId.has(key.keyId)) {
      throw new TokenError('key_set_invalid', { message: 'two keys of the set have the same key id' });
    }
    if (key.keyId !== undefined) byId.set(key.keyId, key);
    byAlgorithm.set(key.algorithm, [...(byAlgorithm.get(key.algorithm) ?? []), key]);
  }
  const secrets = keys.filter(({ kind }) => kind === 'secret').length;
  if (secrets !== 0 && secrets !== keys.length) {
    throw new TokenError('key_set_invalid', { message: 'secrets and public keys do not share a set' });
  }
  return ({ algorithm, keyId }) => {
    if (keyId === undefined) {
      const fitting = byAlgorithm.get(algorithm);
      return fitting?.length === 1 ? fitting[0] : undefined;
    }
    const key = byId.get(keyId);
    return key?.algorithm === algorithm ? key : undefined;
  };
}

/**
 * One key as a set. A key without an id answers to every `kid`, because it was
 * named by whoever configured it; a key with an id only to its own and to none.
 */
export function singleKeySet(key: Key): KeySet {
  return Object.freeze({ find: answerWith(key), version: 1 });
}

function answerWith<K extends Key | EncryptionKey>(
  key: K,
): (header: { readonly algorithm: K['algorithm']; readonly keyId: string | undefined }) => K | undefined {
  return ({ algorithm, keyId }) => {
    if (algorithm !== key.algorithm) return undefined;
    return keyId === undefined || key.keyId === undefined || keyId === key.keyId ? key : undefined;
  };
}

/**
 * What a verifier was given, as a set.
 *
 * @throws TokenError `key_required` for nothing
 */
export function toKeySet(keys: Key | KeySet): KeySet {
  if (!keys) throw new TokenError('key_required');
  if (isKey(keys)) return singleKeySet(keys);
  if (isKeySet(keys)) return keys;
  throw new TypeError('keys must be a Key or a KeySet');
}

/**
 * What was given to decrypt with, as a set.
 *
 * @throws TokenError `key_required` for nothing
 */
export function toEncryptionKeySet(keys: EncryptionKey | EncryptionKeySet): EncryptionKeySet {
  if (!keys) throw new TokenError('key_required');
  if (isEncryptionKey(keys)) return Object.freeze({ find: answerWith(keys), version: 1 });
  if (isKeySet(keys)) return keys;
  throw new TypeError('keys must be an EncryptionKey or an EncryptionKeySet');
}

/** A list and a buffer have a `find` as well, but no version. */
function isKeySet<S extends KeySet | EncryptionKeySet>(value: Key | EncryptionKey | S): value is S {
  return (
    typeof value === 'object' && 'version' in value && typeof value.version === 'number' && 'find' in value
  );
}
