import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { handBackMemory } from '../../src/base/hand-back-memory.ts';

test('what nothing holds any more is given back', async () => {
  const dead = leaveBehind();
  // Whoever made a weak reference may use it until its turn of the event loop ends.
  await setImmediate();
  handBackMemory();
  assert.equal(dead.deref(), undefined);
});

function leaveBehind(): WeakRef<object> {
  return new WeakRef({ text: 'x'.repeat(1000) });
}
