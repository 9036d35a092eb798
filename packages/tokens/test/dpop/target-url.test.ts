import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalizeTarget } from '../../src/dpop/target-url.ts';

const same: readonly (readonly [string, string])[] = [
  ['HTTPS://API.Example/a', 'https://api.example/a'],
  ['https://api.example:443/a', 'https://api.example/a'],
  ['http://api.example:80/a', 'http://api.example/a'],
  ['https://api.example', 'https://api.example/'],
  ['https://api.example/a?x=1', 'https://api.example/a'],
  ['https://api.example/a#part', 'https://api.example/a'],
  ['https://api.example/a?x=1#part', 'https://api.example/a?y'],
  ['https://api.example/%7euser', 'https://api.example/~user'],
  ['https://api.example/a%2fb', 'https://api.example/a%2Fb'],
  ['https://api.example/b/../a', 'https://api.example/a'],
];
const different: readonly (readonly [string, string])[] = [
  ['https://api.example/A', 'https://api.example/a'],
  ['https://api.example/a/', 'https://api.example/a'],
  ['https://api.example/a%2Fb', 'https://api.example/a/b'],
  ['https://api.example:8443/a', 'https://api.example/a'],
  ['http://api.example:443/a', 'https://api.example/a'],
  ['https://api.example./a', 'https://api.example/a'],
];

test('A-319: two spellings of one target are the same', () => {
  for (const [one, other] of same) {
    assert.notEqual(normalizeTarget(one), undefined, one);
    assert.equal(normalizeTarget(one), normalizeTarget(other), one);
  }
});

test('A-319: another target is another target', () => {
  for (const [one, other] of different) assert.notEqual(normalizeTarget(one), normalizeTarget(other), one);
});

test('A-319: what a parser of URLs would have to repair is no target', () => {
  const wrong = [
    '',
    '/a',
    'api.example/a',
    'ftp://api.example/',
    'https:api.example',
    'https:/api.example/a',
  ];
  wrong.push('https:\\\\api.example\\a', 'https://api.example\\a', ' https://api.example/a');
  wrong.push('https://api.example/a\n', 'https://api.exa\tmple/a', 'https://api.example/ž', 'https://');
  wrong.push('https://user@api.example/a', 'https://:secret@api.example/a', 'https://api.example:99999/');
  wrong.push(`https://api.example/${'a'.repeat(4096)}`);
  for (const url of wrong) assert.equal(normalizeTarget(url), undefined, url);
});
