import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { ContentEncryption, ContentEncryptionName, Sealed } from './algorithm.ts';

type GcmCipher = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm';

const ivBytes = 12;
const tagBytes = 16;

const cipherByKeyBytes: { readonly [bytes: number]: GcmCipher } = {
  16: 'aes-128-gcm',
  24: 'aes-192-gcm',
  32: 'aes-256-gcm',
};

/** AES in Galois/Counter Mode, IV of 96 and tag of 128 bits (RFC 7518 §5.3). */
export function gcmEncryption(name: ContentEncryptionName, keyBytes: 16 | 24 | 32): ContentEncryption {
  const cipher = gcmCipher(keyBytes);
  return {
    name,
    keyBytes,
    seal: (contentKey, plaintext, aad) =>
      sealGcm({ cipher, key: contentKey }, plaintext, Buffer.from(aad, 'latin1')),
    open: (contentKey, sealed, aad) =>
      openGcm({ cipher, key: contentKey }, sealed, Buffer.from(aad, 'latin1')),
  };
}

export function gcmCipher(keyBytes: number): GcmCipher {
  const cipher = cipherByKeyBytes[keyBytes];
  if (cipher === undefined) throw new TypeError('AES has keys of 16, 24 or 32 bytes');
  return cipher;
}

interface GcmKey {
  readonly cipher: GcmCipher;
  readonly key: Buffer | KeyObject;
}

/** A random IV for each call: at most 2³² of them under one key (RFC 7518 §8.4). */
export function sealGcm({ cipher, key }: GcmKey, plaintext: Uint8Array, aad: Buffer): Sealed {
  const iv = randomBytes(ivBytes);
  const sealing = createCipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(aad);
  const ciphertext = Buffer.concat([sealing.update(plaintext), sealing.final()]);
  return { iv, ciphertext, tag: sealing.getAuthTag() };
}

/** Undefined unless IV and tag have their full length and the tag is right. */
export function openGcm({ cipher, key }: GcmKey, sealed: Sealed, aad: Buffer): Buffer | undefined {
  const { iv, ciphertext, tag } = sealed;
  if (iv.length !== ivBytes || tag.length !== tagBytes) return undefined;
  const opening = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
  opening.setAAD(aad).setAuthTag(tag);
  const plaintext = opening.update(ciphertext);
  try {
    opening.final();
    return plaintext;
  } catch {
    return undefined;
  }
}
