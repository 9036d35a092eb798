import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReplaySet } from '../../src/index.ts';
import { refuses } from '../forge.ts';

test('A-318: a proof is new once, until its time is over', () => {
  const replays = createReplaySet();
  assert.ok(replays.remember('a', 1000, 0));
  assert.ok(!replays.remember('a', 1000, 0));
  assert.ok(!replays.remember('a', 1000, 999));
  assert.ok(replays.remember('a', 2000, 1000));
});

test('A-318: a full set forgets nothing that could be used again; it refuses', () => {
  const replays = createReplaySet({ maxEntries: 3 });
  for (const proof of ['a', 'b', 'c']) assert.ok(replays.remember(proof, 1000, 0));
  refuses(() => replays.remember('d', 1000, 0), 'replay_set_full');
  refuses(() => replays.remember('d', 1000, 999), 'replay_set_full');
  assert.ok(!replays.remember('a', 1000, 999));
  assert.ok(replays.remember('d', 2000, 1000));
});

test('A-318: one that expires late does not keep those behind it', () => {
  const replays = createReplaySet({ maxEntries: 3 });
  replays.remember('late', 9000, 0);
  replays.remember('b', 1000, 0);
  replays.remember('c', 1000, 0);
  assert.ok(replays.remember('d', 2000, 1000));
  assert.ok(!replays.remember('late', 9000, 1000));
  assert.equal(replays.size, 2);
});

test('A-318: the set agrees with one that never forgets', () => {
  const step = fc.record({
    proof: fc.integer({ min: 0, max: 12 }),
    waitMs: fc.integer({ min: 0, max: 40 }),
    goodForMs: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 8 }), (steps, maxEntries) => {
      const replays = createReplaySet({ maxEntries });
      const expiries = new Map<number, number>();
      let nowMs = 0;
      for (const { proof, waitMs, goodForMs } of steps) {
        nowMs += waitMs;
        const isKnown = (expiries.get(proof) ?? 0) > nowMs;
        const alive = [...expiries.values()].filter((expiry) => expiry > nowMs).length;
        const remember = (): boolean => replays.remember(String(proof), nowMs + goodForMs, nowMs);
        if (!isKnown && alive >= maxEntries) {
          refuses(remember, 'replay_set_full');
          continue;
        }
        assert.equal(remember(), !isKnown);
        if (!isKnown) expiries.set(proof, nowMs + goodForMs);
        assert.ok(replays.size <= maxEntries);
      }
    }),
  );
});

test('it shrinks when fewer proofs come', () => {
  const replays = createReplaySet();
  for (let count = 0; count < 1000; count++) replays.remember(`early-${count}`, 1000, 0);
  for (let count = 0; count < 1000; count++) replays.remember(`late-${count}`, 2000, 1000);
  assert.equal(replays.size, 1000);
});

test('mistakes in the options are TypeErrors', () => {
  for (const options of [{ maxEntries: 0 }, { maxEntries: 1.5 }, { size: 1 }, null]) {
    assert.throws(() => Reflect.apply(createReplaySet, undefined, [options]), TypeError);
  }
});
