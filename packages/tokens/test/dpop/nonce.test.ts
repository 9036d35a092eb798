import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createDpopNonces, type DpopNonces } from '../../src/index.ts';
import { keyOf, refuses } from '../forge.ts';

const secret = randomBytes(32);
const startMs = 1_800_000_000_000;
const at = (seconds: number, own = secret): DpopNonces =>
  createDpopNonces({ secret: own, rotateSeconds: 60, now: () => startMs + seconds * 1000 });

test('a nonce stays the same for its period and is good until the next one is over', () => {
  const nonce = at(0).issue();
  assert.match(nonce, /^[\w-]{43}$/);
  assert.equal(at(59.9).issue(), nonce);
  assert.notEqual(at(60).issue(), nonce);
  for (const seconds of [0, 59, 60, 119.9]) assert.equal(at(seconds).findExpiryMs(nonce), startMs + 120_000);
  for (const seconds of [120, 180, 6000]) assert.equal(at(seconds).findExpiryMs(nonce), undefined);
});

test('a process whose clock is behind accepts the nonce of one ahead, by one period', () => {
  const nonce = at(60).issue();
  assert.equal(at(0).findExpiryMs(nonce), startMs + 180_000);
  assert.equal(at(-1).findExpiryMs(nonce), undefined);
});

test('nonces of another secret, cut, longer or changed ones are not good', () => {
  const nonce = at(0).issue();
  const wrong = [
    at(0, randomBytes(32)).issue(),
    nonce.slice(1),
    `${nonce}A`,
    '',
    nonce.toLowerCase(),
    'ž'.repeat(43),
  ];
  for (const one of wrong) assert.equal(at(0).findExpiryMs(one), undefined);
});

test('the secret is taken as it was when the nonces were made', () => {
  const own = randomBytes(32);
  const nonces = at(0, own);
  const nonce = nonces.issue();
  own.fill(0);
  assert.equal(nonces.issue(), nonce);
});

test('a weak or published secret makes no nonces', () => {
  refuses(() => at(0, randomBytes(31)), 'key_invalid');
  refuses(() => at(0, Buffer.alloc(32, 1)), 'key_invalid');
  const published = keyOf('RS256').keyObject.export({ format: 'pem', type: 'pkcs8' });
  refuses(() => at(0, Buffer.from(published)), 'key_type_mismatch');
});

test('mistakes in the options are TypeErrors', () => {
  for (const more of [
    { secret: 'x'.repeat(32) },
    { rotateSeconds: 9 },
    { rotateSeconds: 3601 },
    { ttl: 1 },
  ]) {
    assert.throws(() => Reflect.apply(createDpopNonces, undefined, [{ secret, ...more }]), TypeError);
  }
});
