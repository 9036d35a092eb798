import { createSecretKey, hash, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Algorithm, AlgorithmName, CompactForm } from './algorithm.ts';

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
      return (input) => Buffer.from(mac(input, input.length, 'binary'), 'latin1');
    },
    verifier: (key) => {
      const mac = prepareMac(key, hmacHash);
      const expected = Buffer.alloc(digestBytes);
      return (input, signature) => {
        expected.write(mac(input, input.length, 'binary'), 'latin1');
        return signature.length === digestBytes && timingSafeEqual(expected, signature);
      };
    },
    compact: (key) => compactForm(prepareMac(key, hmacHash), digestBytes),
  };
}

/** The hash writes base64url itself; comparing text spares decoding what was sent. */
function compactForm(mac: Mac, digestBytes: number): CompactForm {
  const characters = Math.ceil((digestBytes * 4) / 3);
  const expected = Buffer.alloc(characters);
  const given = Buffer.alloc(characters);
  return {
    sign: (input) => mac(input, input.length, 'base64url'),
    verify: (token, inputLength, signature) => {
      if (signature.length !== characters) return false;
      const text = mac(token, inputLength, 'base64url');
      expected.write(text, 'latin1');
      given.write(signature, 'latin1');
      // Writing latin1 drops the upper half of a character; the last comparison, no secret any more, minds it.
      return timingSafeEqual(expected, given) && signature === text;
    },
  };
}

/** Of the first `length` characters of the text. */
type Mac = (text: string, length: number, encoding: 'binary' | 'base64url') => string;

/**
 * HMAC (RFC 2104 §2) as two one-shot hashes behind pads that are made once for a key.
 *
 * `createHmac` builds an object for every call and takes three times as long;
 * digests travel as latin1 text because a Buffer for each costs as much as the hash.
 */
function prepareMac(key: KeyObject, { name, digestBytes, blockBytes }: HmacHash): Mac {
  const exported = key.export();
  const secret = exported.length > blockBytes ? hash(name, exported, 'buffer') : exported;
  const inner = makePad(secret, 0x36, { blockBytes, roomBytes });
  const outer = makePad(secret, 0x5c, { blockBytes, roomBytes: digestBytes });
  return (text, length, encoding) => {
    const message = length <= roomBytes ? inner : makePad(secret, 0x36, { blockBytes, roomBytes: length });
    message.write(text, blockBytes, length, 'latin1');
    outer.write(hash(name, message.subarray(0, blockBytes + length), 'binary'), blockBytes, 'latin1');
    return hash(name, outer, encoding);
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
