import { randomInt } from 'node:crypto';

const digits = 6;

/** Every one of a million is as likely as any other: `randomInt` draws again where a remainder would favour some. */
export function makeOneTimeCode(): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0');
}

/** @param typed  blanks between digits are no mistake. @returns six digits; undefined for what cannot be a code */
export function readOneTimeCode(typed: string): string | undefined {
  const text = typed.replaceAll(' ', '');
  return /^[0-9]{6}$/.test(text) ? text : undefined;
}
