import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findAuthorization, readAuthorization } from '../src/read-authorization.ts';

const rows: readonly { readonly value: string | null; readonly expected: string }[] = [
  { value: null, expected: 'credential_missing' },
  { value: '', expected: 'credential_missing' },
  { value: 'Basic abc', expected: 'credential_missing' },
  { value: 'DPoP abc', expected: 'credential_missing' },
  { value: 'Bearer', expected: 'credential_malformed' },
  { value: 'Bearer ', expected: 'credential_malformed' },
  { value: 'Bearer\tabc', expected: 'credential_malformed' },
  { value: 'Bearerabc', expected: 'credential_malformed' },
  { value: 'Bearer=abc', expected: 'credential_malformed' },
  { value: 'Bearer abc def', expected: 'credential_malformed' },
  { value: 'Bearer abc, Bearer def', expected: 'credential_malformed' },
  { value: 'Bearer abc', expected: 'abc' },
  { value: 'bearer abc', expected: 'abc' },
  { value: 'BEARER   abc', expected: 'abc' },
];

for (const { value, expected } of rows) {
  test(`A-070: ${JSON.stringify(value)} reads as ${expected}`, () => {
    const read = readAuthorization(value);
    assert.equal(read.kind === 'bearer' ? read.token : read.reason, expected);
  });
}

test('A-070: no field value makes the reader throw, and a token read has no space', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `Bearer${text}`),
  );
  fc.assert(
    fc.property(value, (text) => {
      const read = readAuthorization(text);
      return read.kind === 'bearer' ? /^[^ ]+$/.test(read.token) : read.status === 401;
    }),
    { verbose: true },
  );
});

test('A-070: repeated fields are joined, so that neither the first nor the last wins', () => {
  const rawHeaders = ['Authorization', 'Bearer a', 'Host', 'x', 'aUTHORIZATION', 'Bearer b'];
  assert.equal(
    findAuthorization({ headers: { authorization: 'Bearer a' }, rawHeaders }),
    'Bearer a, Bearer b',
  );
});

test('a single field is taken as the framework left it', () => {
  const rawHeaders = ['Cookie', 'a=b'];
  assert.equal(findAuthorization({ headers: { authorization: 'Bearer a' }, rawHeaders }), 'Bearer a');
  assert.equal(findAuthorization({ headers: {}, rawHeaders }), undefined);
});
