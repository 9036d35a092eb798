import { de } from './de.ts';
import { en } from './en.ts';
import { listPlaceholders } from './fill-text.ts';
import type { Catalogues, TextKey, Texts } from './texts.ts';

export type ReadCatalogues =
  | { readonly kind: 'read'; readonly catalogues: Catalogues }
  | { readonly kind: 'wrong'; readonly message: string };

const builtIn: Catalogues = new Map<string, Texts>([
  ['en', en],
  ['de', de],
]);
const maxCharacters = 4000;
const tagForm = /^[a-z]{2,3}$/;

/**
 * The languages of this server, with what the setting `texts` changes or adds.
 *
 * A language that is not built in must have every text. A text may hold only
 * the values that the English one holds.
 *
 * @param changes  `{ "de": { "reset-password.subject": "…" } }`, or undefined
 */
export function readCatalogues(changes: unknown): ReadCatalogues {
  const catalogues = new Map(builtIn);
  if (changes === undefined) return { kind: 'read', catalogues };
  if (!isRecord(changes)) return wrong('must be a JSON object with a language in each member');
  for (const [tag, given] of Object.entries(changes)) {
    if (!tagForm.test(tag)) return wrong('has a member that is no language of two or three small letters');
    if (!isRecord(given)) return wrong(`must have an object of texts for ${tag}`);
    for (const [key, text] of Object.entries(given)) {
      const fault = findFault(key, text);
      if (fault !== undefined) return wrong(`${fault} (${tag})`);
    }
    const merged: Readonly<Record<string, unknown>> = { ...catalogues.get(tag), ...given };
    if (!isComplete(merged)) return wrong(`lacks ${findLacking(merged)} for ${tag}, which is not built in`);
    catalogues.set(tag, merged);
  }
  return { kind: 'read', catalogues };
}

function wrong(message: string): ReadCatalogues {
  return { kind: 'wrong', message };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findFault(key: string, text: unknown): string | undefined {
  if (!isTextKey(key))
    return `has the key ${JSON.stringify(key.slice(0, 80))}, which no text of this version has`;
  if (typeof text !== 'string' || text.trim() === '') return `has no text for ${key}`;
  if (text.length > maxCharacters) return `has more than ${maxCharacters} characters for ${key}`;
  // A line break in a subject would begin a header of its own.
  if (/\p{Cc}/u.test(key.endsWith('.body') ? text.replaceAll('\n', '') : text)) {
    return `has control characters in ${key}`;
  }
  const known = listPlaceholders(en[key]);
  const foreign = listPlaceholders(text).find((name) => !known.includes(name));
  return foreign === undefined ? undefined : `has {${foreign}} in ${key}, which that message does not know`;
}

function isTextKey(name: string): name is TextKey {
  return Object.hasOwn(en, name);
}

function findLacking(texts: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(en).find((key) => typeof texts[key] !== 'string');
}

function isComplete(texts: Readonly<Record<string, unknown>>): texts is Texts {
  return findLacking(texts) === undefined;
}
