import { gcmEncryption } from './aes-gcm.ts';
import type { ContentEncryption, ContentEncryptionName } from './algorithm.ts';
import { cbcHmacEncryption } from './cbc-hmac.ts';

const table: { readonly [name in ContentEncryptionName]: ContentEncryption } = {
  'A128CBC-HS256': cbcHmacEncryption('A128CBC-HS256', {
    cipher: 'aes-128-cbc',
    hash: 'sha256',
    halfBytes: 16,
  }),
  'A192CBC-HS384': cbcHmacEncryption('A192CBC-HS384', {
    cipher: 'aes-192-cbc',
    hash: 'sha384',
    halfBytes: 24,
  }),
  'A256CBC-HS512': cbcHmacEncryption('A256CBC-HS512', {
    cipher: 'aes-256-cbc',
    hash: 'sha512',
    halfBytes: 32,
  }),
  A128GCM: gcmEncryption('A128GCM', 16),
  A192GCM: gcmEncryption('A192GCM', 24),
  A256GCM: gcmEncryption('A256GCM', 32),
};

/** Null-prototype, so that a header saying `constructor` finds nothing. */
export const contentEncryptions: { readonly [name in ContentEncryptionName]: ContentEncryption } =
  Object.freeze(Object.assign(Object.create(null), table));

export const contentEncryptionNames: readonly ContentEncryptionName[] = Object.freeze(
  Object.values(table).map((row) => row.name),
);

export function isContentEncryptionName(value: unknown): value is ContentEncryptionName {
  return typeof value === 'string' && value in contentEncryptions;
}
