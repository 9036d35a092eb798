import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import test from 'node:test';
import { isClientSecret, makeClientSecret } from '../../src/proofs/client-secret.ts';

test('a client secret is 256 random bits behind its prefix', () => {
  const [one, other] = [makeClientSecret(), makeClientSecret()];
  assert.match(one.secret, /^cs_cs_[A-Za-z0-9_-]{43}$/);
  assert.notEqual(one.secret, other.secret);
});

test('A-309: only a digest is stored, and only the secret itself fits it', () => {
  const { secret, secretHash } = makeClientSecret();
  assert.deepEqual(Buffer.from(secretHash), hash('sha256', secret, 'buffer'));
  assert.equal(isClientSecret(secretHash, secret), true);
  for (const wrong of [secret.slice(0, -1), `${secret} `, makeClientSecret().secret, '', secret.slice(6)]) {
    assert.equal(isClientSecret(secretHash, wrong), false);
  }
});

test('A-309: a client without a stored secret is never right', () => {
  for (const stored of [undefined, null, new Uint8Array(), new Uint8Array(31)]) {
    assert.equal(isClientSecret(stored, ''), false);
    assert.equal(isClientSecret(stored, makeClientSecret().secret), false);
  }
});
