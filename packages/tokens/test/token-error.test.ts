import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  exportPrivateJwk,
  importJwk,
  importPem,
  importSecret,
  TokenError,
  tokenErrors,
} from '../src/index.ts';
import { forge, goodClaims, goodHeader, keyOf, refuses, verifierFor } from './forge.ts';

const canary = 'canary-7f3a9c';
const key = keyOf('HS256');
const claim = (more: object): string => forge(goodHeader(key), { ...goodClaims, ...more }, key);
const header = (more: object): string => forge({ ...goodHeader(key), ...more }, goodClaims, key);

/** Each says the canary somewhere and is refused. */
const refusals: readonly (readonly [string, () => unknown])[] = [
  ['a token that is none', () => verifierFor(key)(canary)],
  ['an algorithm', () => verifierFor(key)(header({ alg: canary }))],
  ['a type', () => verifierFor(key)(header({ typ: canary }))],
  ['a key id', () => verifierFor(key)(header({ kid: canary }))],
  ['an extension', () => verifierFor(key)(header({ crit: [canary], [canary]: 1 }))],
  ['an issuer', () => verifierFor(key)(claim({ iss: canary }))],
  ['an audience', () => verifierFor(key)(claim({ aud: canary }))],
  ['a time', () => verifierFor(key)(claim({ exp: canary }))],
  ['a subject', () => verifierFor(key)(claim({ sub: { canary } }))],
  ['claims that are text', () => verifierFor(key)(forge(goodHeader(key), canary, key))],
  ['a signature', () => verifierFor(key)(`${claim({ canary })}${canary.slice(0, 4)}`)],
  ['a short secret', () => importSecret(Buffer.from(canary), { algorithm: 'HS256' })],
  ['a secret in a JWK', () => importJwk({ kty: 'oct', k: canary, alg: 'HS256' })],
  ['a private JWK', () => importJwk({ ...exportPrivateJwk(keyOf('ES256')), d: canary })],
  [
    'a PEM',
    () =>
      importPem(`-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`, { algorithm: 'ES256' }),
  ],
];

for (const [name, act] of refusals) {
  test(`a refusal never repeats ${name}`, () => {
    assert.throws(act, (error) => {
      assert.ok(error instanceof TokenError);
      const printed = inspect(error, { depth: 9, showHidden: true }).replace(error.stack ?? '', '');
      assert.ok(
        !printed.includes('canary-') && !error.message.includes('canary-') && error.cause === undefined,
      );
      return true;
    });
  });
}

test('every code has a text, and an error says its code', () => {
  for (const [code, text] of Object.entries(tokenErrors)) {
    assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
    assert.ok(text.length > 0);
  }
  const error = new TokenError('expired', { claim: 'exp' });
  assert.equal(error.name, 'TokenError');
  assert.equal(error.message, tokenErrors.expired);
  assert.equal(error.claim, 'exp');
  refuses(
    () => {
      throw error;
    },
    'expired',
    'exp',
  );
});

test('a refused token costs no stack trace, a refused key has one, and the limit of the process stays', () => {
  const before = Error.stackTraceLimit;
  assert.throws(
    () => verifierFor(key)('a.b.c'),
    (error: Error) => !/\n\s+at /.test(error.stack ?? ''),
  );
  assert.equal(Error.stackTraceLimit, before);
  assert.throws(
    () => importSecret(Buffer.from('short'), { algorithm: 'HS256' }),
    (error: Error) => /\n\s+at .*token-error\.test/.test(error.stack ?? ''),
  );
  assert.equal(Error.stackTraceLimit, before);
});
