import { randomBytes } from 'node:crypto';
import { gcmCipher, openGcm, sealGcm } from './aes-gcm.ts';
import type { KeyEncryptionName, KeyManagement } from './algorithm.ts';
import { readBytesMember } from './header-members.ts';

const noAad = Buffer.alloc(0);

/** Key encryption with AES-GCM; IV and tag travel in the header (RFC 7518 §4.7). */
export function aesGcmKeyWrap(name: KeyEncryptionName, secretBytes: 16 | 24 | 32): KeyManagement {
  const cipher = gcmCipher(secretBytes);
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
        const { iv, ciphertext, tag } = sealGcm({ cipher, key: secret }, contentKey, noAad);
        const members = { iv: iv.toString('base64url'), tag: tag.toString('base64url') };
        return { contentKey, encryptedKey: ciphertext, members };
      },
    unwrapper:
      (secret) =>
      ({ header, encryptedKey }) => {
        const iv = readBytesMember(header, 'iv');
        const tag = readBytesMember(header, 'tag');
        return openGcm({ cipher, key: secret }, { iv, ciphertext: encryptedKey, tag }, noAad);
      },
  };
}
