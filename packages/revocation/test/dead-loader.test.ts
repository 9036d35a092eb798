import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import test from 'node:test';
import { createDeadLoader, finishLoading, loadDead } from '../src/dead-loader.ts';
import { addDead, createDeadSet, isDead } from '../src/dead-set.ts';

const lanesOf = (count: number): Int32Array => randomFillSync(new Int32Array(2 * count));

for (const [name, lanes] of [
  ['few, spread', lanesOf(300)],
  ['many, spread', lanesOf(300_000)],
  // More than one group holds, and none beside it.
  [
    'many that share their highest bits',
    lanesOf(1000).map((lane, at) => (at % 2 === 0 ? lane >>> 12 : lane)),
  ],
  ['the same ones again', Int32Array.from({ length: 2000 }, (_, at) => (at % 100) - 50)],
] as const) {
  test(`a loaded set is the set that one by one makes: ${name}`, () => {
    const one = createDeadSet();
    const loaded = createDeadSet();
    const loader = createDeadLoader(loaded);
    for (let at = 0; at < lanes.length; at += 2) {
      addDead(one, lanes.subarray(at, at + 2));
      loadDead(loader, lanes.subarray(at, at + 2));
    }
    for (const _ of finishLoading(loader));
    assert.equal(loaded.size, one.size);
    for (let at = 0; at < lanes.length; at += 2) assert.ok(isDead(loaded, lanes.subarray(at, at + 2)));
  });
}
