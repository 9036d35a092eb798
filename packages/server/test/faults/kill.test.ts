import assert from 'node:assert/strict';
import test from 'node:test';
import { runKillRounds } from './kill-rounds.ts';

const kills = 10;

test('A-417, A-455: kill -9 under load loses nothing that was acknowledged', async (t) => {
  const report = await runKillRounds(kills, Date.now() % 2 ** 31);
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.lost, []);
  assert.ok(report.acknowledged.registrations > 0 && report.acknowledged.refreshes > 0);
  assert.ok(report.acknowledged.logOuts > 0 && report.acknowledged.roleChanges > 0);
});
