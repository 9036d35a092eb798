import assert from 'node:assert/strict';
import test from 'node:test';
import { runFeedKillRounds } from './feed-kill-rounds.ts';

const kills = 10;

test('A-417, A-455: kill -9 of issuer, relay and followers misses no revocation, and no receipt lies', async (t) => {
  const report = await runFeedKillRounds({ kills, seed: Date.now() % 2 ** 31 });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.wrong, []);
  assert.ok(report.counts.revokedTokens > 0 && report.counts.confirmed > 0);
  assert.ok(report.counts.probesOfTheDead > 0 && report.counts.probesOfTheLiving > 0);
});
