import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Bytes kept of a digest: one good phrase in some ten million is refused by mistake. */
export const digestBytes = 5;

const listFile = new URL('./common-passwords.bin', import.meta.url);
let list: Buffer | undefined;

/**
 * Whether a text is among the 50 000 passwords that are tried first. It must
 * have one of the forms of `listStems`.
 *
 * Reads 180 kB on the first call; the file is made by
 * `scripts/make-common-passwords.ts`.
 */
export function isCommonPassword(text: string): boolean {
  list ??= readFileSync(listFile);
  const wanted = listDigest(text);
  let low = 0;
  let high = list.length / digestBytes;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = list.compare(wanted, 0, digestBytes, middle * digestBytes, (middle + 1) * digestBytes);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** What stands in the list for a text. */
export function listDigest(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, digestBytes);
}
