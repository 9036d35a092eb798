import { Refusal } from './refusal.ts';

/** Deeper nesting than this is refused; nothing of ours nests deeper than three. */
const maxDepth = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The value that the bytes hold as JSON.
 *
 * Refused beyond RFC 8259: invalid UTF-8, a byte order mark, a member given
 * twice, NUL and unpaired surrogates, deep nesting. A member called `__proto__`
 * is an ordinary own property. The caller bounds the size.
 *
 * @throws Refusal `invalid_request`
 * @see RFC 8259 §4, RFC 7493 §2.1 and §2.3
 */
export function readJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  // Each duplicate costs the parsed value a member that the text still shows.
  if (countColons(text) !== countMembers(value, 1)) {
    throw new Refusal('invalid_request', { reason: 'JSON with duplicate members or nested too deeply' });
  }
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Refusal('invalid_request', { reason: 'the body is not UTF-8' });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('invalid_request', { reason: 'the body is not JSON' });
  }
}

/** Colons outside the strings of a text already known to be JSON: one for each member. */
function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (unit === ':') count++;
    else if (unit === '"') at = endOfString(text, at + 1);
  }
  return count;
}

function endOfString(text: string, start: number): number {
  let at = start;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Own members at all depths; NaN where the value nests too deeply. */
function countMembers(value: unknown, depth: number): number {
  if (typeof value === 'string') checkText(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > maxDepth) return Number.NaN;
  let count = 0;
  for (const [name, member] of Object.entries(value)) {
    checkText(name);
    count += countMembers(member, depth + 1) + (Array.isArray(value) ? 0 : 1);
  }
  return count;
}

/** PostgreSQL stores no NUL, and no encoding has unpaired surrogates. */
export function checkText(text: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new Refusal('invalid_request', { reason: 'NUL or an unpaired surrogate in a text' });
  }
}
