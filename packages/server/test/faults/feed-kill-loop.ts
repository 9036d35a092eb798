/** `npm run feed-crash-test -- --kills 1000 --seed 1`: the long form of `feed-kill.test.ts`. */
import { parseArgs } from 'node:util';
import { runFeedKillRounds } from './feed-kill-rounds.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const report = await runFeedKillRounds(Number(values.kills), Number(values.seed));
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
