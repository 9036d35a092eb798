/*
 * Makes src/proofs/common-passwords.bin from the list of @zxcvbn-ts/language-common,
 * which is too large to load in a server. Run it when that package changes:
 *
 *   node packages/server/scripts/make-common-passwords.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { digestBytes, listDigest } from '../src/proofs/common-passwords.ts';
import { passwordStem } from '../src/rules/password-stem.ts';

/** Shorter stems are found in too many good phrases; the whole entry is listed instead. */
const minStemCharacters = 4;
/** No shorter password can be chosen. */
const minEntryCharacters = 8;
const target = new URL('../src/proofs/common-passwords.bin', import.meta.url);

function readList(): readonly string[] {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@zxcvbn-ts/language-common/package.json'));
  const list: unknown = JSON.parse(readFileSync(join(folder, 'src', 'passwords.json'), 'utf8'));
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) {
    throw new TypeError('passwords.json is not a list of texts');
  }
  return list;
}

function listedForm(entry: string): string | undefined {
  const stem = passwordStem(entry);
  if (stem.length >= minStemCharacters) return stem;
  return entry.length >= minEntryCharacters ? entry.normalize('NFKC').toLowerCase() : undefined;
}

const digests = new Set<string>();
for (const entry of readList()) {
  const form = listedForm(entry);
  if (form !== undefined) digests.add(listDigest(form).toString('hex'));
}
const sorted = [...digests].sort();
writeFileSync(target, Buffer.from(sorted.join(''), 'hex'));
console.log(`${sorted.length} entries, ${sorted.length * digestBytes} bytes`);
