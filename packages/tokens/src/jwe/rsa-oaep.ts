import { constants, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import type { KeyEncryptionName, KeyManagement } from './algorithm.ts';

/** RSAES OAEP, MGF1 with the same hash (RFC 7518 §4.3). */
export function rsaOaep(
  name: KeyEncryptionName,
  oaepHash: 'sha1' | 'sha256' | 'sha384' | 'sha512',
): KeyManagement {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return {
    name,
    alg: name,
    family: 'rsa',
    sendsKey: true,
    operations: { secret: [], public: [['wrapKey', 'encrypt']], private: [['unwrapKey', 'decrypt']] },
    wrapper:
      (key) =>
      ({ encryption }) => {
        const contentKey = randomBytes(encryption.keyBytes);
        const encryptedKey = publicEncrypt({ key, padding, oaepHash }, contentKey);
        return { contentKey, encryptedKey, members: {} };
      },
    unwrapper: (key) => {
      const modulusBytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
      return ({ encryptedKey }) => {
        if (encryptedKey.length !== modulusBytes) return undefined;
        try {
          return privateDecrypt({ key, padding, oaepHash }, encryptedKey);
        } catch {
          return undefined;
        }
      };
    },
  };
}
