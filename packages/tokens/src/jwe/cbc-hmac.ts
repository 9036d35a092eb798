import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ContentEncryption, ContentEncryptionName } from './algorithm.ts';

const ivBytes = 16;

interface CbcHmacForm {
  readonly cipher: 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** Of the MAC key, of the encryption key and of the tag: half the content key. */
  readonly halfBytes: 16 | 24 | 32;
}

interface Authenticated {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly aad: string;
}

/**
 * AES-CBC with PKCS #7 padding, then HMAC over it: the MAC is checked before anything is
 * decrypted, so padding is only ever seen by whoever has the key (RFC 7518 §5.2.2).
 */
export function cbcHmacEncryption(name: ContentEncryptionName, form: CbcHmacForm): ContentEncryption {
  const { cipher, hash, halfBytes } = form;
  const mac = (macKey: Buffer, { iv, ciphertext, aad }: Authenticated): Buffer => {
    const header = Buffer.from(aad, 'latin1');
    const aadBits = Buffer.alloc(8);
    aadBits.writeBigUInt64BE(BigInt(header.length) * 8n);
    return createHmac(hash, macKey)
      .update(header)
      .update(iv)
      .update(ciphertext)
      .update(aadBits)
      .digest()
      .subarray(0, halfBytes);
  };
  return {
    name,
    keyBytes: 2 * halfBytes,
    seal: (contentKey, plaintext, aad) => {
      const iv = randomBytes(ivBytes);
      const sealing = createCipheriv(cipher, contentKey.subarray(halfBytes), iv);
      const ciphertext = Buffer.concat([sealing.update(plaintext), sealing.final()]);
      return { iv, ciphertext, tag: mac(contentKey.subarray(0, halfBytes), { iv, ciphertext, aad }) };
    },
    open: (contentKey, { iv, ciphertext, tag }, aad) => {
      if (iv.length !== ivBytes || tag.length !== halfBytes) return undefined;
      const expected = mac(contentKey.subarray(0, halfBytes), { iv, ciphertext, aad });
      if (!timingSafeEqual(expected, tag)) return undefined;
      try {
        const opening = createDecipheriv(cipher, contentKey.subarray(halfBytes), iv);
        return Buffer.concat([opening.update(ciphertext), opening.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
