const compressionRounds = 2;
const finalizationRounds = 4;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) with an output of 64 bits, in
 * 32-bit lanes: a `bigint` would be allocated for every step.
 *
 * @param key 4 lanes: the low and high half of each little-endian 64-bit word
 * @param words the padded message, see `padWords`: low half, high half, …
 * @param out gets the result: high half, low half
 */
export function sipHash(key: Int32Array, words: Int32Array, length: number, out: Int32Array): void {
  const k0l = key[0] ?? 0;
  const k0h = key[1] ?? 0;
  const k1l = key[2] ?? 0;
  const k1h = key[3] ?? 0;
  let al = k0l ^ 0x70736575;
  let ah = k0h ^ 0x736f6d65;
  let bl = k1l ^ 0x6e646f6d;
  let bh = k1h ^ 0x646f7261;
  let cl = k0l ^ 0x6e657261;
  let ch = k0h ^ 0x6c796765;
  let dl = k1l ^ 0x79746573;
  let dh = k1h ^ 0x74656462;
  for (let at = 0; at <= length; at += 2) {
    const isLast = at === length;
    const ml = isLast ? 0 : (words[at] ?? 0);
    const mh = isLast ? 0 : (words[at + 1] ?? 0);
    if (isLast) cl ^= 0xff;
    dl ^= ml;
    dh ^= mh;
    for (let rounds = isLast ? finalizationRounds : compressionRounds; rounds > 0; rounds -= 1) {
      // a += b; b = (b <<< 13) ^ a; a <<<= 32
      let l = (al + bl) | 0;
      let h = (ah + bh + (((al & bl) | ((al | bl) & ~l)) >>> 31)) | 0;
      let swap = ((bl << 13) | (bh >>> 19)) ^ l;
      bh = ((bh << 13) | (bl >>> 19)) ^ h;
      bl = swap;
      al = h;
      ah = l;
      // c += d; d = (d <<< 16) ^ c
      l = (cl + dl) | 0;
      ch = (ch + dh + (((cl & dl) | ((cl | dl) & ~l)) >>> 31)) | 0;
      cl = l;
      swap = ((dl << 16) | (dh >>> 16)) ^ cl;
      dh = ((dh << 16) | (dl >>> 16)) ^ ch;
      dl = swap;
      // a += d; d = (d <<< 21) ^ a
      l = (al + dl) | 0;
      ah = (ah + dh + (((al & dl) | ((al | dl) & ~l)) >>> 31)) | 0;
      al = l;
      swap = ((dl << 21) | (dh >>> 11)) ^ al;
      dh = ((dh << 21) | (dl >>> 11)) ^ ah;
      dl = swap;
      // c += b; b = (b <<< 17) ^ c; c <<<= 32
      l = (cl + bl) | 0;
      h = (ch + bh + (((cl & bl) | ((cl | bl) & ~l)) >>> 31)) | 0;
      swap = ((bl << 17) | (bh >>> 15)) ^ l;
      bh = ((bh << 17) | (bl >>> 15)) ^ h;
      bl = swap;
      cl = h;
      ch = l;
    }
    al ^= ml;
    ah ^= mh;
  }
  out[0] = ah ^ bh ^ ch ^ dh;
  out[1] = al ^ bl ^ cl ^ dl;
}

/** A key of 16 bytes as the lanes that `sipHash` takes. */
export function readKeyLanes(key: Uint8Array): Int32Array {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return Int32Array.from({ length: 4 }, (_, index) => view.getInt32(4 * index, true));
}

/** The message as little-endian lanes; the last pair carries its length in the highest byte. */
export function padWords(message: Uint8Array): Int32Array {
  const words = new Int32Array(2 * ((message.length >>> 3) + 1));
  for (const [index, byte] of message.entries()) {
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (8 * (index & 3)));
  }
  const last = words.length - 1;
  words[last] = (words[last] ?? 0) | (message.length << 24);
  return words;
}
