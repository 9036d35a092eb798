/**
 * The least number of characters in which this value can be written as JSON
 * without escapes, or NaN where that is not known or it nests deeper than `levels`.
 *
 * A text exactly that long has no escape, and no room for a member that the
 * value does not show, as a duplicate is one. This costs a tenth of reading the text.
 *
 * @param value  what JSON.parse gave
 */
export function plainLength(value: unknown, levels: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value === 'number') return numberLength(value);
  if (typeof value === 'boolean') return value ? 4 : 5;
  if (value === null) return 4;
  if (typeof value !== 'object' || levels === 0) return Number.NaN;
  return Array.isArray(value) ? listLength(value, levels - 1) : objectLength(value, levels - 1);
}

/** Braces, and for each member two quotes, a colon and a comma, which the last one lacks. */
function objectLength(value: object, levels: number): number {
  const names = Object.keys(value);
  const members: readonly unknown[] = Object.values(value);
  let length = names.length === 0 ? 2 : 1;
  for (const name of names) length += name.length + 4;
  for (const member of members) length += plainLength(member, levels);
  return length;
}

/** Brackets, and for each item a comma, which the last one lacks. */
function listLength(items: readonly unknown[], levels: number): number {
  let length = items.length === 0 ? 2 : 1;
  for (const item of items) length += 1 + plainLength(item, levels);
  return length;
}

/** Digits of an integer that no exponent shortens, as `1e3` does 1000 (but `1e2` not 100); NaN for every other number. */
function numberLength(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || (value % 1000 === 0 && value !== 0)) return Number.NaN;
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits++;
  return digits;
}
