/** `npm run refresh-simulation -- --refreshes 1000000 --seed 1`: the long form of `refresh-simulation.test.ts`. */
import { parseArgs } from 'node:util';
import { storageKinds } from './device.ts';
import { policies } from './policy.ts';
import { type SimulationReport, simulateRefresh } from './refresh-simulation.ts';

const { values } = parseArgs({
  options: {
    refreshes: { type: 'string', default: '100000' },
    thieves: { type: 'string', default: '1000' },
    users: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    policy: { type: 'string', default: 'request id' },
    directory: { type: 'string' },
  },
});

function write(report: SimulationReport): string {
  const { honest, byStorage, thievesOfToken: alone, thievesOfTokenAndSecret: both } = report;
  const rows = storageKinds.map((kind) => {
    const { refreshes, falseLogouts } = byStorage[kind];
    return `| ${kind} | ${refreshes} | ${falseLogouts} |`;
  });
  return [
    `seed ${report.seed}, ${report.days.toFixed(1)} days of the virtual clock`,
    JSON.stringify(honest),
    '',
    '| storage | honest refreshes | false log-outs |',
    '| --- | --: | --: |',
    ...rows,
    '',
    '| policy | false log-outs per million refreshes | thieves of the token alone that stay |',
    '| --- | --: | --- |',
    `| ${values.policy} | ${report.falseLogoutsPerMillion.toFixed(1)} | ${alone.undetected} of ${alone.thieves} |`,
    '',
    `thieves of the token alone: ${JSON.stringify(alone)}`,
    `thieves of token and secret: ${JSON.stringify(both)}`,
  ].join('\n');
}

const policy = policies.find((one) => one === values.policy);
if (policy === undefined) throw new TypeError(`--policy is one of: ${policies.join(', ')}`);
const { refreshes, thieves, users, seed, directory } = values;
const step = 10_000;
let steps = 0;
const report = await simulateRefresh({
  refreshes: Number(refreshes),
  thieves: Number(thieves),
  users: Number(users),
  seed: Number(seed),
  policy,
  onPeriod({ refreshes, falseLogouts, lostAnswers }) {
    if (Math.floor(refreshes / step) === steps) return;
    steps = Math.floor(refreshes / step);
    process.stderr.write(
      `${refreshes} refreshes, ${falseLogouts} false log-outs, ${lostAnswers} lost answers\n`,
    );
  },
  ...(directory === undefined ? {} : { directory }),
});
process.stdout.write(`${write(report)}\n`);
const { thievesOfToken } = report;
const isMet = report.falseLogoutsPerMillion <= 1 && thievesOfToken.undetected === 0;
process.exitCode = isMet && thievesOfToken.acceptedByFollower === 0 ? 0 : 1;
