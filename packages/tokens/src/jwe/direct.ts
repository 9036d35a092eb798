import type { ContentEncryption, KeyManagement } from './algorithm.ts';

const noKey = Buffer.alloc(0);

/** The secret encrypts the content itself, by one `enc` only (RFC 7518 §4.5). */
export function directKey({ name, keyBytes }: ContentEncryption): KeyManagement {
  return {
    name,
    alg: 'dir',
    family: 'secret',
    secretBytes: keyBytes,
    sendsKey: false,
    operations: { secret: [['encrypt'], ['decrypt']], public: [], private: [] },
    wrapper: (secret) => {
      const contentKey = secret.export();
      return () => ({ contentKey, encryptedKey: noKey, members: {} });
    },
    unwrapper: (secret) => {
      const contentKey = secret.export();
      return () => contentKey;
    },
  };
}
