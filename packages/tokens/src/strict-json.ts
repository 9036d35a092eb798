import { isAscii, isUtf8 } from 'node:buffer';
import { plainLength } from './plain-length.ts';
import { TokenError, type TokenErrorCode } from './token-error.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** Deeper nesting than this is refused. */
const maxJsonDepth = 32;

/** Longer texts than this are refused before anything is parsed. */
const maxJsonBytes = 1_048_576;

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
  const value = parse(text);
  if (!isJsonObject(value)) throw new TokenError(code);
  if (plainLength(value, maxJsonDepth) !== text.length && !isStrict(value, bytes)) {
    throw new TokenError(code, { message: 'duplicate members, unpaired surrogates or nesting too deep' });
  }
  return value;
}

/** Empty, and so no JSON, for bytes that are not UTF-8. */
function decodeText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : '';
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

/** For every text: each duplicate costs the value a member that the text still shows. */
function isStrict(value: JsonObject, bytes: Uint8Array): boolean {
  return countMembers(bytes) === countKeys(value, 1) && isWellFormed(value);
}

/** Colons outside strings of a text already known to be JSON: one for each member. */
function countMembers(bytes: Uint8Array): number {
  let count = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) isInString = !isInString;
    else if (byte === 0x5c) at++;
    else if (byte === 0x3a && !isInString) count++;
  }
  return count;
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
