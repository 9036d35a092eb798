/** `npm run feed-crash-test -- --kills 1000 --seed 1`: the long form of `feed-kill.test.ts`. */
import { parseArgs } from 'node:util';
import { runFeedKillRounds } from './feed-kill-rounds.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
let tens = 0;
const report = await runFeedKillRounds({
  kills: Number(values.kills),
  seed: Number(values.seed),
  onRound(kills, { probesOfTheDead, confirmed }) {
    if (Math.floor(kills / 10) === tens) return;
    tens = Math.floor(kills / 10);
    process.stderr.write(`${kills} kills, ${probesOfTheDead} of the dead probed, ${confirmed} confirmed\n`);
  },
});
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.wrong.length === 0 ? 0 : 1;
