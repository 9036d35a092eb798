import { Refusal } from './refusal.ts';

const hidden = '[redacted]';
const secretName = /password|passphrase|token|secret|authorization|cookie|master.?key/i;
/** Counts and durations about secrets, such as `access_token_seconds`, are none. */
const harmlessName = /(seconds|ms|count|version)$/i;
/** Compact JWS and JWE, and our own `cs_rt_…` and the like, wherever they stand in a text. */
const secretText =
  /eyJ[\w-]{5,}\.[\w-]*\.[\w.-]*|\bcs_[a-z]{2}_[\w-]{16,}|\b(?:bearer|basic) +[\w.~+/=-]{8,}/gi;
const maxText = 8192;
const maxDepth = 6;
const maxEntries = 100;

/**
 * A copy of a value in which members named like a secret and texts that look like
 * a token are hidden. The last defence, not the first: secrets are not
 * handed to the log at all. Bounded in depth, width and length.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return shorten(value.replace(secretText, hidden));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toJSON();
  if (depth >= maxDepth) return '[deeper]';
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, maxEntries).map((entry) => redact(entry, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  const entries = Object.entries(value).slice(0, maxEntries);
  return Object.fromEntries(entries.map(([name, member]) => [name, redactMember(name, member, depth)]));
}

function redactMember(name: string, member: unknown, depth: number): unknown {
  const isHidden =
    secretName.test(name) && !harmlessName.test(name) && member !== null && member !== undefined;
  return isHidden ? hidden : redact(member, depth + 1);
}

function redactError(error: Error, depth: number): unknown {
  return {
    name: error.name,
    message: redact(error.message, depth),
    ...('code' in error && { code: redact(error.code, depth) }),
    ...(error instanceof Refusal ? {} : { stack: redact(error.stack ?? '', depth) }),
    ...(error.cause !== undefined && depth < maxDepth && { cause: redact(error.cause, depth + 1) }),
  };
}

function shorten(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}… (${text.length} characters)` : text;
}
