import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { createDenyState } from '../../src/index.ts';
import { walk } from './walk.ts';

const steps = Number(process.env['STEPS'] ?? 20_000);
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const stepsAWalk = 2500;

test('A-258: no token that may be alive and that any event denies passes, and no other is denied', async (t) => {
  t.diagnostic(`seed ${seed}, ${steps} steps`);
  for (let done = 0, walks = 0; done < steps; done += stepsAWalk, walks += 1) {
    const length = Math.min(stepsAWalk, steps - done);
    const fault = await walk({ createDenyState, seed: seed + walks, steps: length });
    assert.equal(fault, undefined);
  }
});
