import { isAscii, isUtf8 } from 'node:buffer';
import { TokenError, type TokenErrorCode } from './token-error.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** Deeper nesting than this is refused. */
export const maxJsonDepth = 32;

/** Longer texts than this are refused before anything is parsed. */
export const maxJsonBytes = 1_048_576;

/**
 * Parse bytes that must be one JSON object with every member name once.
 *
 * Refused: invalid UTF-8, a byte order mark, duplicate members at any depth,
 * unpaired surrogates, nesting over `maxJsonDepth`, anything but an object.
 * A member called `__proto__` becomes an ordinary own property.
 *
 * @param code  code of the TokenError thrown on refusal
 * @see RFC 7515 §4, RFC 7519 §4, RFC 8259 §8, RFC 7493 §2.1 and §2.3
 */
export function parseStrictObject(bytes: Uint8Array, code: TokenErrorCode): JsonObject {
  if (bytes.length > maxJsonBytes) throw new TokenError('too_large');
  const text = decodeText(bytes);
  const value = text === undefined ? undefined : parse(text);
  if (text === undefined || !isJsonObject(value)) throw new TokenError(code);
  const isPlain = !text.includes('\\') && plainLength(value, 1) === text.length;
  if (!isPlain && !isStrict(value, bytes)) {
    throw new TokenError(code, { message: 'duplicate members, unpaired surrogates or nesting too deep' });
  }
  return value;
}

function decodeText(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(bytes)) return buffer.toString('latin1');
  return isUtf8(bytes) ? buffer.toString('utf8') : undefined;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The least number of characters in which this value can be written without
 * escapes, or NaN where that is not known or the value is too deep.
 *
 * A text exactly that long has no room for a member that the value does not
 * show, and a duplicate would be one. This costs a tenth of reading the text.
 */
function plainLength(value: JsonValue, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return numberLength(value);
  if (typeof value === 'boolean') return value ? 4 : 5;
  if (value === null) return 4;
  if (depth > maxJsonDepth) return Number.NaN;
  return isJsonObject(value) ? objectLength(value, depth) : listLength(value, depth);
}

/** Braces, and for each member two quotes, a colon and a comma, which the last one lacks. */
function objectLength(value: JsonObject, depth: number): number {
  const names = Object.keys(value);
  const members = Object.values(value);
  let length = names.length === 0 ? 2 : 1;
  for (let at = 0; at < names.length; at++) {
    length += (names[at] ?? '').length + 4 + plainLength(members[at] ?? null, depth + 1);
  }
  return length;
}

function listLength(items: readonly JsonValue[], depth: number): number {
  let length = items.length === 0 ? 2 : 1;
  for (let at = 0; at < items.length; at++) length += 1 + plainLength(items[at] ?? null, depth + 1);
  return length;
}

/** Digits of an integer that no exponent shortens, as `1e3` does 1000 (but `1e2` not 100); NaN for every other number. */
function numberLength(value: number): number {
  if (value === 0) return 1;
  if (!Number.isSafeInteger(value) || value < 0 || value % 1000 === 0) return Number.NaN;
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  return digits;
}

/** The same, for every text: each duplicate costs the value a member that the text still shows. */
function isStrict(value: JsonObject, bytes: Uint8Array): boolean {
  return countMembers(bytes) === countKeys(value, 1) && isWellFormed(value);
}

/** Colons outside strings of a text already known to be JSON: one for each member. */
function countMembers(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x3a) count++;
    else if (byte === 0x22) at = endOfString(bytes, at + 1);
  }
  return count;
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at++;
    else if (byte === 0x22) return at;
  }
  return bytes.length;
}

/** Own members at all depths, or NaN where the value is too deep. */
function countKeys(value: JsonValue, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > maxJsonDepth) return Number.NaN;
  let count = isJsonObject(value) ? Object.keys(value).length : 0;
  for (const member of Object.values(value)) count += countKeys(member, depth + 1);
  return count;
}

/** No string and no name holds an unpaired surrogate, which only an escape can spell in UTF-8. */
function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => name.isWellFormed() && isWellFormed(member));
}
