import { styleText } from 'node:util';
import type { Terminal } from './terminal.ts';

type Format = Parameters<typeof styleText>[0];

/** Colour where the terminal has it. */
export function paint(terminal: Terminal, format: Format, text: string): string {
  return terminal.hasColours ? styleText(format, text, { validateStream: false }) : text;
}

/** Control characters of foreign text could move the cursor or hide lines. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (found) => `\\u${found.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  );
}
