import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { copyEpochs, createEpochs, isBelowEpoch, raiseEpoch } from '../src/epochs.ts';

const one = Int32Array.of(0, 0);
const other = Int32Array.of(-1, 7);
const highest = Number.MAX_SAFE_INTEGER;

test('a number below the epoch is dead; at the epoch and above it is alive', () => {
  for (const epoch of [1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 1_795_000_000_000_000, highest]) {
    const epochs = createEpochs();
    raiseEpoch(epochs, one, epoch);
    assert.equal(isBelowEpoch(epochs, one, epoch - 1), true);
    assert.equal(isBelowEpoch(epochs, one, epoch), false);
    assert.equal(isBelowEpoch(epochs, other, 0), false);
  }
});

test('an epoch never sinks, in whatever order its events come', () => {
  const step = fc.tuple(fc.constantFrom(one, other), fc.integer({ min: 1, max: highest }));
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
      const epochs = createEpochs();
      for (const [fingerprint, epoch] of steps) raiseEpoch(epochs, fingerprint, epoch);
      for (const fingerprint of [one, other]) {
        const mine = steps.filter(([each]) => each === fingerprint).map(([, epoch]) => epoch);
        if (mine.length === 0) continue;
        assert.equal(isBelowEpoch(epochs, fingerprint, Math.max(...mine) - 1), true);
        assert.equal(isBelowEpoch(epochs, fingerprint, Math.max(...mine)), false);
      }
    }),
  );
});

test('epochs survive the growth and the splits of their table', () => {
  const epochs = createEpochs();
  const at = (index: number): Int32Array =>
    Int32Array.of(Math.imul(index, 0x9e37_79b1), Math.imul(index, 0x85eb_ca6b));
  for (let index = 1; index <= 50_000; index += 1) raiseEpoch(epochs, at(index), index * 100_000);
  for (let index = 1; index <= 50_000; index += 1) {
    assert.equal(isBelowEpoch(epochs, at(index), index * 100_000 - 1), true);
    assert.equal(isBelowEpoch(epochs, at(index), index * 100_000), false);
  }
  assert.ok(epochs.bytes <= 25 * epochs.size);
});

test('a copy keeps the higher epoch of both', () => {
  const from = createEpochs();
  const into = createEpochs();
  raiseEpoch(from, one, 5);
  raiseEpoch(into, one, 9);
  raiseEpoch(from, other, 9);
  raiseEpoch(into, other, 5);
  for (const _ of copyEpochs(from, into));
  for (const fingerprint of [one, other]) {
    assert.equal(isBelowEpoch(into, fingerprint, 8), true);
    assert.equal(isBelowEpoch(into, fingerprint, 9), false);
  }
});
