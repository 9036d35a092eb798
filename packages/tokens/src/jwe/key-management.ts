import { aesGcmKeyWrap } from './aes-gcm-kw.ts';
import { aesKeyWrap } from './aes-kw.ts';
import type { EncryptionAlgorithmName, KeyManagement, KeyManagementName } from './algorithm.ts';
import { contentEncryptions, isContentEncryptionName } from './content-encryption.ts';
import { directKey } from './direct.ts';
import { ecdhEs } from './ecdh-es.ts';
import { pbes2 } from './pbes2.ts';
import { rsaOaep } from './rsa-oaep.ts';

const table: { readonly [name in EncryptionAlgorithmName]: KeyManagement } = {
  'A128CBC-HS256': directKey(contentEncryptions['A128CBC-HS256']),
  'A192CBC-HS384': directKey(contentEncryptions['A192CBC-HS384']),
  'A256CBC-HS512': directKey(contentEncryptions['A256CBC-HS512']),
  A128GCM: directKey(contentEncryptions.A128GCM),
  A192GCM: directKey(contentEncryptions.A192GCM),
  A256GCM: directKey(contentEncryptions.A256GCM),
  A128KW: aesKeyWrap('A128KW', 16),
  A192KW: aesKeyWrap('A192KW', 24),
  A256KW: aesKeyWrap('A256KW', 32),
  A128GCMKW: aesGcmKeyWrap('A128GCMKW', 16),
  A192GCMKW: aesGcmKeyWrap('A192GCMKW', 24),
  A256GCMKW: aesGcmKeyWrap('A256GCMKW', 32),
  'RSA-OAEP': rsaOaep('RSA-OAEP', 'sha1'),
  'RSA-OAEP-256': rsaOaep('RSA-OAEP-256', 'sha256'),
  'RSA-OAEP-384': rsaOaep('RSA-OAEP-384', 'sha384'),
  'RSA-OAEP-512': rsaOaep('RSA-OAEP-512', 'sha512'),
  'ECDH-ES': ecdhEs('ECDH-ES'),
  'ECDH-ES+A128KW': ecdhEs('ECDH-ES+A128KW', 16),
  'ECDH-ES+A192KW': ecdhEs('ECDH-ES+A192KW', 24),
  'ECDH-ES+A256KW': ecdhEs('ECDH-ES+A256KW', 32),
  'PBES2-HS256+A128KW': pbes2('PBES2-HS256+A128KW', 'sha256', 16),
  'PBES2-HS384+A192KW': pbes2('PBES2-HS384+A192KW', 'sha384', 24),
  'PBES2-HS512+A256KW': pbes2('PBES2-HS512+A256KW', 'sha512', 32),
};

/** By the name a key is bound to. Null-prototype, so that a header saying `constructor` finds nothing. */
export const keyManagements: { readonly [name in EncryptionAlgorithmName]: KeyManagement } = Object.freeze(
  Object.assign(Object.create(null), table),
);

/** Every name that a key for encryption can be bound to. */
export const encryptionAlgorithmNames: readonly EncryptionAlgorithmName[] = Object.freeze(
  Object.values(table).map((row) => row.name),
);

export function isEncryptionAlgorithmName(value: unknown): value is EncryptionAlgorithmName {
  return typeof value === 'string' && value in keyManagements;
}

/** Whether a header may say so: `dir` and the ways to send a key, but no `enc`. */
export function isKeyManagementName(value: unknown): value is KeyManagementName {
  return value === 'dir' || (isEncryptionAlgorithmName(value) && !isContentEncryptionName(value));
}
