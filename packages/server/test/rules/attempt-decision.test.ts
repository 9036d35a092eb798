import assert from 'node:assert/strict';
import test from 'node:test';
import { decideAttempt } from '../../src/rules/attempt-decision.ts';

const triedAtMs = 1_800_000_000_000;

/** Failures in a row, and the seconds after the last of them at which the next one is looked at. */
const rests = [
  [0, 0],
  [1, 0],
  [9, 0],
  [10, 30],
  [11, 60],
  [12, 120],
  [13, 240],
  [14, 480],
  [15, 900],
  [99, 900],
] as const;

for (const [failures, seconds] of rests) {
  test(`A-164: after ${failures} failures the next one is looked at after ${seconds} s`, () => {
    const row = { failures, triedAtMs };
    assert.deepEqual(decideAttempt(row, triedAtMs + seconds * 1000), { kind: 'open' });
    if (seconds === 0) return;
    assert.deepEqual(decideAttempt(row, triedAtMs), { kind: 'rest', seconds });
    assert.deepEqual(decideAttempt(row, triedAtMs + seconds * 1000 - 1), { kind: 'rest', seconds: 1 });
  });
}

test('nobody who never failed waits', () => {
  assert.deepEqual(decideAttempt(undefined, triedAtMs), { kind: 'open' });
});

test('A-114: after a hundred failures no time opens it', () => {
  for (const atMs of [triedAtMs, triedAtMs + 1e12, 0]) {
    assert.deepEqual(decideAttempt({ failures: 100, triedAtMs }, atMs), { kind: 'used-up' });
  }
});

test('A-449, A-450: a clock that is a minute behind waits longer, one that was set back shuts nobody out', () => {
  const row = { failures: 10, triedAtMs };
  assert.deepEqual(decideAttempt(row, triedAtMs - 60_000), { kind: 'rest', seconds: 90 });
  assert.deepEqual(decideAttempt(row, triedAtMs - 3_600_000), { kind: 'open' });
});
