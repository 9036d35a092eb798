import { notOfForm, Refusal } from '../base/refusal.ts';
import { checkText } from '../base/read-json.ts';

const maxParameters = 64;

/**
 * The parameters of a query or of a form body.
 *
 * Stricter than `URLSearchParams`: a parameter given twice, a `%`
 * that starts no octet and octets that are not UTF-8 are refused instead of
 * read somehow. A parameter without a value counts as absent (RFC 6749 §3.1).
 *
 * @throws Refusal `invalid_request`
 */
export function readForm(text: string): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  const pairs = text === '' ? [] : text.split('&', maxParameters + 1);
  if (pairs.length > maxParameters) throw new Refusal('invalid_request', { reason: 'too many parameters' });
  for (const pair of pairs) {
    const end = pair.indexOf('=');
    const name = decodeFormText(end < 0 ? pair : pair.slice(0, end));
    if (name === undefined) throw new Refusal('invalid_request', { reason: 'a malformed parameter name' });
    const value = end < 0 ? '' : decodeFormText(pair.slice(end + 1));
    if (value === undefined) throw new Refusal('invalid_request', { reason: 'a malformed parameter value' });
    if (found.has(name)) throw notOfForm(name.slice(0, 64), 'is given twice');
    checkText(name);
    checkText(value);
    found.set(name, value);
  }
  return Object.fromEntries([...found].filter(([, value]) => value !== ''));
}

/**
 * One text of `application/x-www-form-urlencoded`.
 * @returns undefined when it is not of that form
 */
export function decodeFormText(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
