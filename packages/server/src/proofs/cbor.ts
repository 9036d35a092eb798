/** What authenticators send: CTAP2's canonical CBOR has no tags, floats and indefinite lengths. */
export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number | string, CborValue>;

export interface CborItem {
  readonly value: CborValue;
  /** Where the next item would begin. */
  readonly end: number;
}

/** CTAP 2.1 §8: "the maximum depth of nested CBOR structures is 4". */
const maxDepth = 4;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The item that begins at `start`. Every length is compared with what is left
 * before anything is made of it, so the work is bounded by the bytes.
 *
 * @throws TypeError for everything that is not of the form above, and for a key that stands twice
 * @see RFC 8949 §3
 */
export function readCbor(bytes: Uint8Array, start = 0): CborItem {
  return readItem(bytes, start, 1);
}

function readItem(bytes: Uint8Array, start: number, depth: number): CborItem {
  const [major, argument, at] = readHead(bytes, start);
  switch (major) {
    case 0:
      return { value: argument, end: at };
    case 1:
      return { value: -1 - argument, end: at };
    case 2:
      return readBytes(bytes, at, argument);
    case 3:
      return readText(bytes, at, argument);
    case 4:
      return readList(bytes, at, { count: argument, depth });
    case 5:
      return readMap(bytes, at, { count: argument, depth });
    case 7:
      return { value: readSimple(argument), end: at };
    default:
      throw new TypeError('CBOR: a tag');
  }
}

/** Major type, argument and where the content begins. */
function readHead(bytes: Uint8Array, start: number): readonly [number, number, number] {
  const first = bytes[start];
  if (first === undefined) throw new TypeError('CBOR: ends too early');
  const major = first >> 5;
  const short = first & 31;
  if (short < 24) return [major, short, start + 1];
  // 24 to 27 are lengths of one to eight bytes; of simple values these are floats (RFC 8949 §3.3).
  if (short > 27 || major === 7) throw new TypeError('CBOR: a float, or an indefinite length');
  const size = 2 ** (short - 24);
  if (start + 1 + size > bytes.length) throw new TypeError('CBOR: ends too early');
  let argument = 0;
  for (const byte of bytes.subarray(start + 1, start + 1 + size)) argument = argument * 256 + byte;
  if (!Number.isSafeInteger(argument)) throw new TypeError('CBOR: a number that is too large');
  return [major, argument, start + 1 + size];
}

function readBytes(bytes: Uint8Array, at: number, length: number): { value: Uint8Array; end: number } {
  const end = at + length;
  if (end > bytes.length) throw new TypeError('CBOR: ends too early');
  return { value: bytes.subarray(at, end), end };
}

function readText(bytes: Uint8Array, at: number, length: number): CborItem {
  const { value, end } = readBytes(bytes, at, length);
  return { value: utf8.decode(value), end };
}

interface Nested {
  readonly count: number;
  readonly depth: number;
}

function checkNested(bytes: Uint8Array, at: number, { count, depth }: Nested): void {
  if (depth > maxDepth) throw new TypeError('CBOR: nested too deeply');
  if (count > bytes.length - at) throw new TypeError('CBOR: ends too early');
}

function readList(bytes: Uint8Array, start: number, nested: Nested): CborItem {
  checkNested(bytes, start, nested);
  const value: CborValue[] = [];
  let end = start;
  while (value.length < nested.count) {
    const item = readItem(bytes, end, nested.depth + 1);
    value.push(item.value);
    end = item.end;
  }
  return { value, end };
}

function readMap(bytes: Uint8Array, start: number, nested: Nested): CborItem {
  checkNested(bytes, start, nested);
  const value = new Map<number | string, CborValue>();
  let end = start;
  while (value.size < nested.count) {
    const key = readItem(bytes, end, nested.depth + 1);
    if (typeof key.value !== 'number' && typeof key.value !== 'string') {
      throw new TypeError('CBOR: a key that is neither number nor text');
    }
    if (value.has(key.value)) throw new TypeError('CBOR: a key twice');
    const member = readItem(bytes, key.end, nested.depth + 1);
    value.set(key.value, member.value);
    end = member.end;
  }
  return { value, end };
}

const simpleValues: ReadonlyMap<number, boolean | null> = new Map([
  [20, false],
  [21, true],
  [22, null],
]);

function readSimple(argument: number): boolean | null {
  const value = simpleValues.get(argument);
  if (value === undefined) throw new TypeError('CBOR: an unknown simple value');
  return value;
}
