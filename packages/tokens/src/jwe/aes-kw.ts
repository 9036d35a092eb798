import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { KeyEncryptionName, KeyManagement } from './algorithm.ts';

type KwCipher = 'id-aes128-wrap' | 'id-aes192-wrap' | 'id-aes256-wrap';

/** RFC 3394 §2.2.3.1. */
const initialValue = Buffer.alloc(8, 0xa6);
const checkBytes = initialValue.length;

const cipherByKeyBytes: { readonly [bytes: number]: KwCipher } = {
  16: 'id-aes128-wrap',
  24: 'id-aes192-wrap',
  32: 'id-aes256-wrap',
};

/** AES Key Wrap with the default initial value (RFC 7518 §4.4). */
export function aesKeyWrap(name: KeyEncryptionName, secretBytes: 16 | 24 | 32): KeyManagement {
  return {
    name,
    alg: name,
    family: 'secret',
    secretBytes,
    sendsKey: true,
    operations: { secret: [['wrapKey'], ['unwrapKey']], public: [], private: [] },
    wrapper:
      (secret) =>
      ({ encryption }) => {
        const contentKey = randomBytes(encryption.keyBytes);
        return { contentKey, encryptedKey: wrapAes(secret, contentKey), members: {} };
      },
    unwrapper:
      (secret) =>
      ({ encryption, encryptedKey }) =>
        unwrapAes(secret, encryptedKey, encryption.keyBytes),
  };
}

export function wrapAes(secret: KeyObject | Buffer, contentKey: Buffer): Buffer {
  const wrapping = createCipheriv(cipherOf(secret), secret, initialValue);
  return Buffer.concat([wrapping.update(contentKey), wrapping.final()]);
}

/** Undefined unless a key of exactly `keyBytes` comes out. */
export function unwrapAes(
  secret: KeyObject | Buffer,
  encryptedKey: Buffer,
  keyBytes: number,
): Buffer | undefined {
  if (encryptedKey.length !== keyBytes + checkBytes) return undefined;
  try {
    const unwrapping = createDecipheriv(cipherOf(secret), secret, initialValue);
    return Buffer.concat([unwrapping.update(encryptedKey), unwrapping.final()]);
  } catch {
    return undefined;
  }
}

function cipherOf(secret: KeyObject | Buffer): KwCipher {
  const bytes = Buffer.isBuffer(secret) ? secret.length : (secret.symmetricKeySize ?? 0);
  const cipher = cipherByKeyBytes[bytes];
  if (cipher === undefined) throw new TypeError('AES has keys of 16, 24 or 32 bytes');
  return cipher;
}
