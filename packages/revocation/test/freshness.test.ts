import assert from 'node:assert/strict';
import test from 'node:test';
import { isLifeTooLong, judgeFreshness } from '../src/index.ts';

const nowMs = 1_000_000_000;
const nowSeconds = nowMs / 1000;
const ttlMaxSeconds = 300;

/** Δ; age of the head and of the token in seconds; verdict. */
const rows: readonly (readonly [number, number, number, ReturnType<typeof judgeFreshness>])[] = [
  [10, 0, 300, 'live'],
  [10, 10, 300, 'live'],
  [10, 10.001, 300, 'stale'],
  [10, 300, 10, 'live'],
  [10, 300, 11, 'stale'],
  [10, 300.001, 0, 'unsynchronised'],
  [300, 300, 300, 'live'],
  [300, 300.001, 0, 'unsynchronised'],
  [900, 900, 900, 'live'],
  [900, 900.001, 0, 'unsynchronised'],
  [10, -2, 0, 'live'],
  [10, 0, -2, 'live'],
  [10, 0, -3, 'stale'],
  [10, 0, Number.NaN, 'stale'],
  [10, Number.NaN, 0, 'unsynchronised'],
  [Number.NaN, 0, 0, 'unsynchronised'],
];

for (const [maxStalenessSeconds, headAge, tokenAge, expected] of rows) {
  test(`Δ ${maxStalenessSeconds} s, a head of ${headAge} s, a token of ${tokenAge} s: ${expected}`, () => {
    const head = { timeMs: nowMs - headAge * 1000, ttlMaxSeconds };
    assert.equal(judgeFreshness(nowSeconds - tokenAge, { nowMs, maxStalenessSeconds }, head), expected);
  });
}

test('A-259: without a head no token is fresh', () => {
  assert.equal(judgeFreshness(nowSeconds, { nowMs, maxStalenessSeconds: 300 }, undefined), 'unsynchronised');
});

test('a stolen signing key cannot mint its way past a head that is too old', () => {
  const head = { timeMs: nowMs - 301_000, ttlMaxSeconds };
  for (const iat of [nowSeconds - 1, nowSeconds, nowSeconds + 2]) {
    assert.equal(judgeFreshness(iat, { nowMs, maxStalenessSeconds: 10 }, head), 'unsynchronised');
  }
});

test('a life of ttl_max passes, a longer one and one that is no number do not', () => {
  const head = { timeMs: nowMs, ttlMaxSeconds };
  const life = (expSeconds: number): boolean => isLifeTooLong({ iatSeconds: 1000, expSeconds }, head);
  assert.equal(life(1300), false);
  assert.equal(life(1301), true);
  assert.equal(life(1300.5), true);
  assert.equal(life(Number.NaN), true);
});
