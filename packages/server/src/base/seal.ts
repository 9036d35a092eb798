import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Secret } from './secret.ts';

const formatVersion = 1;
const ivBytes = 12;
const tagBytes = 16;

/** Wraps and unwraps what must not lie readable in the database. */
export interface Seal {
  /** @param place table and row that the value belongs to; it opens nowhere else */
  close(plain: Uint8Array, place: string): Uint8Array;
  /** @throws Error when the master key is another one, or the bytes were changed or moved */
  open(sealed: Uint8Array, place: string): Uint8Array;
}

/**
 * AES-256-GCM under the master key; the place is authenticated with the value,
 * so a sealed value copied into another row does not open.
 *
 * @param masterKey 32 bytes
 */
export function createSeal(masterKey: Secret<Uint8Array>): Seal {
  if (masterKey.reveal().length !== 32) throw new TypeError('a master key has 32 bytes');
  return {
    close(plain, place) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', masterKey.reveal(), iv).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(formatVersion), iv, body, cipher.getAuthTag()]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
      if (bytes.length < 1 + ivBytes + tagBytes || bytes[0] !== formatVersion) {
        throw new Error('not a sealed value of a known form');
      }
      const decipher = createDecipheriv('aes-256-gcm', masterKey.reveal(), bytes.subarray(1, 1 + ivBytes))
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(1 + ivBytes, -tagBytes)), decipher.final()]);
    },
  };
}
