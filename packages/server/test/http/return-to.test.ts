import assert from 'node:assert/strict';
import test from 'node:test';
import { createReturnRule } from '../../src/http/return-to.ts';

const issuer = 'https://auth.example.com';
const { read } = createReturnRule(issuer, ['https://app.example.com', 'http://localhost:3000']);

const good: readonly (readonly [string, string])[] = [
  ['/', '/'],
  ['/account?done=profile', '/account?done=profile'],
  ['/a/../account', '/account'],
  ['/search?q=https://evil.example', '/search?q=https://evil.example'],
  ['https://app.example.com', 'https://app.example.com/'],
  ['https://app.example.com/orders?x=1#top', 'https://app.example.com/orders?x=1#top'],
  ['http://localhost:3000/login', 'http://localhost:3000/login'],
  [`${issuer}/account`, `${issuer}/account`],
];

for (const [text, expected] of good) {
  test(`A-376: visitors may go back to ${text}`, () => assert.equal(read(text), expected));
}

const bad: readonly string[] = [
  '',
  'account',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/%09/evil.example\\@x',
  '/\t/evil.example',
  '/\n/evil.example',
  '\t//evil.example',
  ' //evil.example',
  ' https://app.example.com',
  '/ /evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:\\\\evil.example',
  'https://evil.example',
  'HTTPS://app.example.com',
  'https://app.example.com:444/',
  'http://app.example.com/',
  'https://app.example.com.evil.example/',
  'https://app.example.com@evil.example/',
  'https://evil.example/@app.example.com',
  'https://user@app.example.com/',
  'https://user:pass@app.example.com/',
  'https://app.example.com\\@evil.example/',
  'https://app.example.com\t.evil.example/',
  'https://app%2eexample.com/',
  'https://APP.example.com/',
  'https://аpp.example.com/',
  'javascript:alert(1)',
  'data:text/html,x',
  'ftp://app.example.com/',
  '/"onmouseover=1',
  '/é',
  `/${'a'.repeat(2048)}`,
  '/\u0000',
  '/a/..//evil.example',
];

for (const text of bad) {
  test(`A-376: nobody is sent to ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(read(text), undefined);
  });
}
