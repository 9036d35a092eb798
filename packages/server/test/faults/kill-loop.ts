/** `npm run crash-test -- [kills] [seed]`: the long form of `kill.test.ts`. */
import { runKillRounds } from './kill-rounds.ts';

const [kills = '200', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const report = await runKillRounds(Number(kills), Number(seed));
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.lost.length === 0 && report.slowestStartMs < 3000 ? 0 : 1;
