import assert from 'node:assert/strict';
import test from 'node:test';
import { followFeed } from '../../src/follow.ts';
import { simulate, weathers } from './simulate.ts';

const runs = Number(process.env.RUNS ?? 12);
const firstSeed = Number(process.env.SEED ?? 1);

const promises = {
  calm: 'with nothing failing, no honest token is ever refused',
  faulty: 'A-258: whatever network, relays and guards do, nothing revoked is accepted later than the bound',
  declared: 'a restored database with a declared gap lets nothing revoked through, and guards come back',
  undeclared: 'a rollback that nobody declared lets no revocation through that the database still knows',
} as const;

for (const weather of weathers) {
  test(`${promises[weather]} (${runs} runs from seed ${firstSeed})`, async () => {
    let accepted = 0;
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const report = await simulate({ seed, weather, followFeed });
      assert.deepEqual(report.violations, [], `seed ${seed}`);
      accepted += report.accepted;
    }
    assert.ok(accepted > 1000 * runs, 'tokens were accepted at all');
  });
}

/** Runs of which one in tens of thousands once went wrong, and what they showed. */
const telling = [
  [20_269_261, 'faulty', 'entries leave snapshots only when their tokens are dead for every clock'],
  [20_312_774, 'declared', 'a poll that a pull has overtaken, or that ends at a snapshot, is no fault'],
] as const;

for (const [seed, weather, shown] of telling) {
  test(`seed ${seed}: ${shown}`, async () => {
    assert.deepEqual((await simulate({ seed, weather, followFeed })).violations, []);
  });
}

test('a guard whose chain is not the one of the database alarms', async () => {
  let alarms = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    alarms += (await simulate({ seed, weather: 'undeclared', followFeed })).alarms;
  }
  assert.ok(alarms > 0);
});
