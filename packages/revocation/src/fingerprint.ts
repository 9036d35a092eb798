import { eventTypes } from './event.ts';
import { padWords, readKeyLanes, sipHash } from './siphash.ts';

/** The key of the fingerprints comes with the feed's metadata: 128 random bits. */
export const fingerprintKeyBytes = 16;

const maxFieldBytes = 0xffff;
/** Longer names take a slower way. */
const maxScratchCharacters = 1024;
const scratch = new Int32Array(maxScratchCharacters / 4 + 4);
const encoder = new TextEncoder();

/**
 * 64-bit fingerprint of what an event names: SipHash-2-4 over the event's
 * domain and its fields, each field with its length before it, so that no two
 * lists of fields share their bytes. The domain is the number of the event's
 * type; `user-claims` has that of `user`, so that one look-up answers both.
 *
 * @param key 16 bytes
 * @param type number of the event's type, one byte
 * @param fields at most 65 535 UTF-8 bytes each
 * @returns 8 bytes, big-endian
 */
export function fingerprint(key: Uint8Array, type: number, fields: readonly string[]): Uint8Array {
  checkKey(key);
  const out = new Int32Array(2);
  hashMessage(readKeyLanes(key), writeMessage(domainOf(type), fields), out);
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, out[0] ?? 0);
  view.setInt32(4, out[1] ?? 0);
  return bytes;
}

/** Fingerprints one name after the other without allocating, for a verifier. */
export interface Fingerprinter {
  /** Of the last name: the high half of its fingerprint, then the low one. */
  readonly lanes: Int32Array;
  /**
   * `fingerprint` of a single field; the result is in `lanes`. A name of more
   * than 65 535 bytes, which no event can have, gets 0.
   */
  read(type: number, name: string): void;
}

/** @param key 16 bytes, copied */
export function createFingerprinter(key: Uint8Array): Fingerprinter {
  checkKey(key);
  const keyLanes = readKeyLanes(key);
  const lanes = new Int32Array(2);
  return {
    lanes,
    read(type, name) {
      const domain = domainOf(type);
      const length = name.length <= maxScratchCharacters ? packAscii(domain, name) : 0;
      if (length > 0) sipHash(keyLanes, scratch, length, lanes);
      else if (Buffer.byteLength(name) > maxFieldBytes) lanes.fill(0);
      else hashMessage(keyLanes, writeMessage(domain, [name]), lanes);
    },
  };
}

function checkKey(key: Uint8Array): void {
  if (key.length !== fingerprintKeyBytes) throw new TypeError('a fingerprint key has 16 bytes');
}

function domainOf(type: number): number {
  return type === eventTypes['user-claims'] ? eventTypes.user : type;
}

function hashMessage(keyLanes: Int32Array, message: Uint8Array, out: Int32Array): void {
  const words = padWords(message);
  sipHash(keyLanes, words, words.length, out);
}

/** `domain u8`, then for each field `length u16 big-endian` and its UTF-8 bytes. */
function writeMessage(domain: number, fields: readonly string[]): Uint8Array {
  const encoded = fields.map((field) => encoder.encode(field));
  const message = new Uint8Array(1 + encoded.reduce((sum, field) => sum + 2 + field.length, 0));
  const view = new DataView(message.buffer);
  message[0] = domain;
  let at = 1;
  for (const field of encoded) {
    if (field.length > maxFieldBytes)
      throw new RangeError('a field of a fingerprint has at most 65535 bytes');
    view.setUint16(at, field.length);
    message.set(field, at + 2);
    at += 2 + field.length;
  }
  return message;
}

/**
 * What `padWords(writeMessage(domain, [name]))` gives, in `scratch`.
 * @returns lanes written; 0 when the name is not ASCII
 */
function packAscii(domain: number, name: string): number {
  const characters = name.length;
  let seen = characters > 0 ? name.charCodeAt(0) : 0;
  scratch[0] = domain | ((characters >>> 8) << 8) | ((characters & 0xff) << 16) | (seen << 24);
  let lane = 1;
  let at = 1;
  for (; at + 4 <= characters; at += 4) {
    const a = name.charCodeAt(at);
    const b = name.charCodeAt(at + 1);
    const c = name.charCodeAt(at + 2);
    const d = name.charCodeAt(at + 3);
    seen |= a | b | c | d;
    scratch[lane] = a | (b << 8) | (c << 16) | (d << 24);
    lane += 1;
  }
  let rest = 0;
  for (let shift = 0; at < characters; at += 1, shift += 8) {
    const code = name.charCodeAt(at);
    seen |= code;
    rest |= code << shift;
  }
  if (seen > 0x7f) return 0;
  scratch[lane] = rest;
  const last = lane | 1;
  if (last !== lane) scratch[last] = 0;
  scratch[last] = (scratch[last] ?? 0) | ((characters + 3) << 24);
  return last + 1;
}
