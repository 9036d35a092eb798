import { createSecretKey, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';

/** A hash as HMAC uses it; sizes in bytes (RFC 4231 §1, FIPS 180-4 §1). */
interface HmacHash {
  readonly name: 'sha256' | 'sha384' | 'sha512';
  readonly digestBytes: number;
  readonly blockBytes: number;
}

/** Signing inputs up to this length are hashed where the pad stands; longer ones get a buffer of their own. */
const roomBytes = 4096;

/** HMAC with SHA-2: the key is at least as long as the digest (RFC 7518 §3.2). */
export function hmacAlgorithm(name: AlgorithmName, hmacHash: HmacHash): Algorithm {
  const { digestBytes } = hmacHash;
  return {
    name,
    isSymmetric: true,
    jwk: { kty: 'oct' },
    keyType: 'secret',
    minSecretBytes: digestBytes,
    generate: () => createSecretKey(randomBytes(digestBytes)),
    signer: (key) => {
      const mac = prepareMac(key, hmacHash);
      return (input) => Buffer.from(mac(input), 'latin1');
    },
    verifier: (key) => {
      const mac = prepareMac(key, hmacHash);
      const expected = Buffer.alloc(digestBytes);
      return (input, signature) => {
        expected.write(mac(input), 'latin1');
        return signature.length === digestBytes && timingSafeEqual(expected, signature);
      };
    },
  };
}

/**
 * HMAC (RFC 2104 §2) as two one-shot hashes behind pads that are made once for a key.
 *
 * `createHmac` builds an object for every call and takes three times as long;
 * digests travel as latin1 text because a Buffer for each costs as much as the hash.
 */
function prepareMac(key: KeyObject, { name, digestBytes, blockBytes }: HmacHash): (input: string) => string {
  const exported = key.export();
  const secret = exported.length > blockBytes ? hash(name, exported, 'buffer') : exported;
  const inner = makePad(secret, 0x36, { blockBytes, roomBytes });
  const outer = makePad(secret, 0x5c, { blockBytes, roomBytes: digestBytes });
  return (input) => {
    const fits = input.length <= roomBytes;
    const message = fits ? inner : makePad(secret, 0x36, { blockBytes, roomBytes: input.length });
    message.write(input, blockBytes, 'latin1');
    outer.write(hash(name, message.subarray(0, blockBytes + input.length), 'binary'), blockBytes, 'latin1');
    return hash(name, outer, 'binary');
  };
}

/** The secret, filled up with zeros and XORed with `byte`, and room behind it. */
function makePad(
  secret: Buffer,
  byte: number,
  size: { readonly blockBytes: number; readonly roomBytes: number },
): Buffer {
  const pad = Buffer.alloc(size.blockBytes + size.roomBytes);
  for (let at = 0; at < size.blockBytes; at++) pad[at] = (secret[at] ?? 0) ^ byte;
  return pad;
}
