/**
 * Many runs of the simulator: `RUNS=100000 SEED=1 node -C @countersign/source packages/revocation/test/simulator/soak.ts`.
 * Prints what to start from again where a run fails, and ends with 1.
 */
import { followFeed } from '../../src/follow.ts';
import { simulate, weathers } from './simulate.ts';

const runs = Number(process.env.RUNS ?? 100_000);
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const progressEvery = 5000;
const totals = { presented: 0, accepted: 0, alarms: 0, failed: 0 };

process.stdout.write(`${runs} runs from seed ${firstSeed}\n`);
for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
  const weather = weathers[seed % weathers.length] ?? 'calm';
  const report = await simulate({ seed, weather, followFeed });
  totals.presented += report.presented;
  totals.accepted += report.accepted;
  totals.alarms += report.alarms;
  if (report.violations.length > 0) {
    totals.failed += 1;
    process.stdout.write(`seed ${seed} (${weather}): ${report.violations.slice(0, 3).join('\n  ')}\n`);
  }
  const done = seed - firstSeed + 1;
  if (done % progressEvery === 0) process.stdout.write(`${done} ${JSON.stringify(totals)}\n`);
}
process.stdout.write(`${JSON.stringify(totals)}\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
