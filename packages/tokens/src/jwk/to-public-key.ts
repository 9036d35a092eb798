import {
  type EncryptionKey,
  encryptionMaterialOf,
  isEncryptionKey,
  makeEncryptionKey,
} from './encryption-key.ts';
import { type Key, makeKey, materialOf } from './key.ts';

/**
 * The public half of a key pair, with the same algorithm and key id.
 *
 * @throws TypeError for a secret, which has no public half
 */
export function toPublicKey(key: Key): Key;
export function toPublicKey(key: EncryptionKey): EncryptionKey;
export function toPublicKey(key: Key | EncryptionKey): Key | EncryptionKey {
  const { publicObject } = isEncryptionKey(key) ? encryptionMaterialOf(key) : materialOf(key);
  if (key.kind === 'secret') throw new TypeError('a secret has no public half');
  if (key.kind === 'public') return key;
  const { keyId } = key;
  return isEncryptionKey(key)
    ? makeEncryptionKey({ algorithm: key.algorithm, keyId, keyObject: publicObject })
    : makeKey({ algorithm: key.algorithm, keyId, keyObject: publicObject });
}
