import { algorithms } from '../algorithms.ts';
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

/**
 * A set that never changes.
 *
 * A token with a `kid` gets the key of that name; one without gets the only key
 * of its algorithm, and none when there are several.
 *
 * @throws TokenError `key_required` when empty, `key_set_invalid` for a repeated key id or secrets beside other keys
 */
export function createKeySet(keys: readonly Key[]): KeySet {
  if (!Array.isArray(keys)) throw new TypeError('createKeySet: keys must be an array');
  if (keys.length === 0) throw new TokenError('key_required');
  const find = indexKeys(keys);
  return Object.freeze({ find, version: 1 });
}

/** The look-up shared by local and remote sets. */
export function indexKeys(keys: readonly Key[]): (header: KeyQuery) => Key | undefined {
  const byId = new Map<string, Key>();
  const byAlgorithm = new Map<AlgorithmName, Key[]>();
  let symmetric = 0;
  for (const key of keys) {
    materialOf(key);
    if (algorithms[key.algorithm].isSymmetric) symmetric++;
    if (key.keyId !== undefined && byId.has(key.keyId)) {
      throw new TokenError('key_set_invalid', { message: 'two keys of the set have the same key id' });
    }
    if (key.keyId !== undefined) byId.set(key.keyId, key);
    byAlgorithm.set(key.algorithm, [...(byAlgorithm.get(key.algorithm) ?? []), key]);
  }
  if (symmetric !== 0 && symmetric !== keys.length) {
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
  const find = ({ algorithm, keyId }: KeyQuery): Key | undefined => {
    if (algorithm !== key.algorithm) return undefined;
    return keyId === undefined || key.keyId === undefined || keyId === key.keyId ? key : undefined;
  };
  return Object.freeze({ find, version: 1 });
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

/** A list and a buffer have a `find` as well, but no version. */
function isKeySet(value: Key | KeySet): value is KeySet {
  return (
    typeof value === 'object' && 'version' in value && typeof value.version === 'number' && 'find' in value
  );
}
