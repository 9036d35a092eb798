import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src', import.meta.url));
const sources = globSync('**/*.ts', { cwd: root }).map((name) => ({
  name,
  text: readFileSync(`${root}/${name}`, 'utf8'),
}));

test('A-097: randomness comes from node:crypto alone', () => {
  assert.ok(sources.length > 20);
  for (const { name, text } of sources) assert.doesNotMatch(text, /Math\.random/, name);
});

test('A-069: a computed MAC is compared in constant time', () => {
  const comparisons = new Map([
    ['dpop/nonce.ts', 'timingSafeEqual(expected, presented)'],
    ['jwe/cbc-hmac.ts', 'timingSafeEqual(expected, tag)'],
    ['jws/hmac.ts', 'timingSafeEqual(expected, signature)'],
  ]);
  const users = sources.filter(({ text }) => /\b(?:createHmac|prepareMac)\(/.test(text));
  assert.deepEqual(users.map(({ name }) => name).sort(), [...comparisons.keys()]);
  assert.ok(users.every(({ name, text }) => text.includes(comparisons.get(name) ?? '\0')));
});

test('algorithms are looked up in their table: there is no switch', () => {
  for (const { name, text } of sources) assert.doesNotMatch(text, /\bswitch\s*\(/, name);
});
