import { randomBytes } from 'node:crypto';

/**
 * Recovery codes: 80 random bits as four groups of four letters and digits,
 * `7K2M-QX9D-0R5T-HVAB`. Without I, L, O and U, which look like others, or
 * make words.
 */

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 16;
const groupLength = 4;

export const recoveryCodesAtOnce = 10;

/** 256 is a multiple of 32: every character is as likely as any other. */
export function makeRecoveryCode(): string {
  const text = [...randomBytes(characters)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
  return (text.match(new RegExp(`.{${groupLength}}`, 'g')) ?? []).join('-');
}

/** Letters that are none of the alphabet, and what somebody meant who typed them. */
const lookalikes: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/**
 * The one form of a code as somebody typed it, whatever its case, blanks and hyphens.
 *
 * @returns 16 characters; undefined for what cannot be a code
 */
export function readRecoveryCode(typed: string): string | undefined {
  const text = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (letter) => lookalikes[letter] ?? letter);
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(text) ? text : undefined;
}
