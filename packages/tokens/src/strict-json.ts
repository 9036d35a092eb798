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
  // Each duplicate costs the parsed value a member that the text still shows.
  if (countMembers(text) !== countKeys(value, 1, text.includes('\\u'))) {
    throw new TokenError(code, { message: 'duplicate members, unpaired surrogates or nesting too deep' });
  }
  return value;
}

function decodeText(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

/** Colons outside strings of a text already known to be JSON: one for each member. */
function countMembers(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3a) count++;
    else if (unit === 0x22) at = endOfString(text, at + 1);
  }
  return count;
}

function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at++;
    else if (unit === 0x22) return at;
  }
  return text.length;
}

/** Own members at all depths, or NaN where the value is too deep or holds an unpaired surrogate. */
function countKeys(value: JsonValue, depth: number, checkSurrogates: boolean): number {
  if (typeof value === 'string') return checkSurrogates && !value.isWellFormed() ? Number.NaN : 0;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > maxJsonDepth) return Number.NaN;
  let count = 0;
  if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      if (checkSurrogates && !name.isWellFormed()) return Number.NaN;
      count += 1 + countKeys(value[name] ?? null, depth + 1, checkSurrogates);
    }
    return count;
  }
  for (const item of value) count += countKeys(item, depth + 1, checkSurrogates);
  return count;
}
