import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { digestBytes, isCommonPassword } from '../../src/proofs/common-passwords.ts';
import { listStems } from '../../src/rules/password-stem.ts';

const listFile = new URL('../../src/proofs/common-passwords.bin', import.meta.url);

function readSource(): readonly string[] {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@zxcvbn-ts/language-common/package.json'));
  return JSON.parse(readFileSync(join(folder, 'src', 'passwords.json'), 'utf8'));
}

test('A-129: every entry of the source that could be chosen is on the list', () => {
  const missing = readSource()
    .filter((entry) => entry.length >= 8)
    .filter((entry) => !listStems(entry.normalize('NFKC').toLowerCase()).some(isCommonPassword));
  assert.deepEqual(missing, []);
});

test('A-129: the list is sorted, without doubles, has more than 3000 entries and under 200 kB', () => {
  const list = readFileSync(listFile);
  assert.ok(list.length < 200_000);
  assert.ok(list.length / digestBytes > 3000);
  assert.equal(list.length % digestBytes, 0);
  for (let at = digestBytes; at < list.length; at += digestBytes) {
    const before = list.subarray(at - digestBytes, at);
    assert.ok(before.compare(list.subarray(at, at + digestBytes)) < 0);
  }
});

test('well-known words are found and others are not', () => {
  for (const word of ['password', 'monkey', 'dragon', 'letmein', 'iloveyou'])
    assert.ok(isCommonPassword(word));
  for (const word of ['', 'correct horse battery staple', 'hx7pq2v9lmt4z'])
    assert.ok(!isCommonPassword(word));
});
