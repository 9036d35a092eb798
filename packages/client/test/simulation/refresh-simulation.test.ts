import assert from 'node:assert/strict';
import test from 'node:test';
import { simulateRefresh } from './refresh-simulation.ts';

test('A-234, A-237, A-268: honest users stay signed in, and no thief of the token alone stays', async (t) => {
  const seed = Date.now() % 2 ** 31;
  const report = await simulateRefresh({ refreshes: 2000, thieves: 40, users: 60, seed });
  t.diagnostic(JSON.stringify(report));
  assert.equal(report.honest.falseLogouts, 0);
  assert.ok(report.honest.lostAnswers > 0);
  assert.equal(report.thievesOfToken.undetected, 0);
  assert.ok(report.thievesOfToken.succeeded > 0);
  assert.equal(report.thievesOfToken.acceptedByFollower, 0);
});
