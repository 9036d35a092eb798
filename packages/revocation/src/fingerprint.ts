/** The key of the fingerprints comes with the feed's metadata: 128 random bits. */
export const fingerprintKeyBytes = 16;

const encoder = new TextEncoder();

/**
 * 64-bit fingerprint of what an event names: SipHash-2-4 over the event's type
 * and its fields, each field with its length before it, so that no two lists
 * of fields share their bytes.
 *
 * @param key 16 bytes
 * @param type number of the event's type, one byte
 * @param fields at most 65 535 UTF-8 bytes each
 * @returns 8 bytes, big-endian
 */
export function fingerprint(key: Uint8Array, type: number, fields: readonly string[]): Uint8Array {
  const encoded = fields.map((field) => encoder.encode(field));
  const message = new Uint8Array(1 + encoded.reduce((sum, field) => sum + 2 + field.length, 0));
  const view = new DataView(message.buffer);
  message[0] = type;
  let at = 1;
  for (const field of encoded) {
    if (field.length > 0xffff) throw new RangeError('a field of a fingerprint has at most 65535 bytes');
    view.setUint16(at, field.length);
    message.set(field, at + 2);
    at += 2 + field.length;
  }
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, sipHash24(key, message));
  return out;
}

const mask = 0xffff_ffff_ffff_ffffn;

const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & mask;

/** SipHash-2-4 (Aumasson and Bernstein, 2012), 64-bit output. */
function sipHash24(key: Uint8Array, message: Uint8Array): bigint {
  if (key.length !== fingerprintKeyBytes) throw new TypeError('a fingerprint key has 16 bytes');
  const keyView = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const k0 = keyView.getBigUint64(0, true);
  const k1 = keyView.getBigUint64(8, true);
  let v0 = k0 ^ 0x736f6d6570736575n;
  let v1 = k1 ^ 0x646f72616e646f6dn;
  let v2 = k0 ^ 0x6c7967656e657261n;
  let v3 = k1 ^ 0x7465646279746573n;
  const round = (): void => {
    v0 = (v0 + v1) & mask;
    v1 = rotate(v1, 13n) ^ v0;
    v0 = rotate(v0, 32n);
    v2 = (v2 + v3) & mask;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = (v0 + v3) & mask;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = (v2 + v1) & mask;
    v1 = rotate(v1, 17n) ^ v2;
    v2 = rotate(v2, 32n);
  };
  for (const word of words(message)) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

/** The message as little-endian 64-bit words; the last one carries the length in its highest byte. */
function* words(message: Uint8Array): Generator<bigint> {
  const padded = new Uint8Array((message.length & ~7) + 8);
  padded.set(message);
  padded[padded.length - 1] = message.length & 0xff;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) yield view.getBigUint64(at, true);
}
