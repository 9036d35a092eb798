import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackoff } from '../src/backoff.ts';

test('pauses double up to 30 seconds, and start anew after a good attempt', () => {
  const backoff = createBackoff(() => 0);
  assert.equal(backoff.waitSeconds(), 0);
  assert.deepEqual(
    Array.from({ length: 7 }, () => backoff.fail()),
    [1, 2, 4, 8, 16, 30, 30],
  );
  backoff.reset();
  assert.equal(backoff.waitSeconds(), 0);
  assert.equal(backoff.fail(), 1);
});

test('a pause is counted down in whole seconds, and never to 0 before it is over', () => {
  let nowMs = 1_000_000;
  const backoff = createBackoff(() => nowMs);
  backoff.fail();
  backoff.fail();
  const waits = [0, 1, 1000, 1999, 2000].map((afterMs) => {
    nowMs = 1_000_000 + afterMs;
    return backoff.waitSeconds();
  });
  assert.deepEqual(waits, [2, 2, 1, 1, 0]);
});

test('a clock that is set back by an hour does not prolong a pause', () => {
  let nowMs = 10_000_000;
  const backoff = createBackoff(() => nowMs);
  backoff.fail();
  nowMs -= 3_600_000;
  assert.equal(backoff.waitSeconds(), 0);
});
