import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createPacedPull, type PacedPull } from '../src/paced-pull.ts';
import { type ChangingView, createChangingView } from './changing-view.ts';
import { START_MS } from './tiny-issuer.ts';

let nowMs: number;
let changing: ChangingView;
let pull: PacedPull;

beforeEach(() => {
  nowMs = START_MS;
  changing = createChangingView(START_MS);
  pull = createPacedPull(changing.view, () => nowMs);
});

/** The end of a call can be chosen by the test. */
function hold(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  changing.onPull = () => promise;
  return resolve;
}

describe('a guard that knows too little', () => {
  test('asks once, however many requests wait', async () => {
    const release = hold();
    const waiting = [pull.refresh(), pull.refresh(), pull.refresh()];
    release();
    await Promise.all(waiting);
    assert.equal(changing.pulls, 1);
  });

  test('rests for about a second before it asks again, or until the clock is set back', async () => {
    await pull.refresh();
    nowMs += 499;
    await pull.refresh();
    assert.equal(changing.pulls, 1);
    nowMs += 1_001;
    await pull.refresh();
    assert.equal(changing.pulls, 2);
    nowMs -= 60_000;
    await pull.refresh();
    assert.equal(changing.pulls, 3);
  });

  test('is no worse for a call that fails', async () => {
    changing.onPull = () => Promise.reject(new Error('of a view that breaks its word'));
    await pull.refresh();
    await pull.reach(1);
  });
});

describe('Revocation-Min-Seq', () => {
  test('waits for one call when that brings the number', async () => {
    changing.onPull = () => changing.revoke('session', 'a');
    await pull.reach(1);
    assert.deepEqual([changing.pulls, changing.view.seq], [1, 1]);
    await pull.reach(1);
    assert.equal(changing.pulls, 1);
  });

  test('does not trust a call that began before it was asked', async () => {
    const release = hold();
    const first = pull.reach(1);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(changing.pulls, 1);
    changing.onPull = () => changing.revoke('session', 'a');
    const second = pull.reach(1);
    release();
    await Promise.all([first, second]);
    assert.equal(changing.pulls, 2);
  });

  test('waits no longer than its moment for a call that does not end', async () => {
    hold();
    await pull.reach(1);
    assert.equal(changing.view.seq, 0);
  });

  test('asks at most twice for a number that never comes, and many share those calls', async () => {
    await Promise.all(Array.from({ length: 100 }, () => pull.reach(2 ** 53 - 1)));
    assert.equal(changing.pulls, 2);
  });
});
