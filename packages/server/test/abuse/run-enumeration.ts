/*
 * Whether an answer, or the time that it takes, tells that an account exists:
 *
 *   npm run enumeration-timing      SEED=… TRIALS=… for others
 */
import { randomInt } from 'node:crypto';
import { arms, compareKnownAndUnknown } from './enumeration.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
const trialsAnArm = Number(process.env['TRIALS'] ?? 2000);
let holds = true;
for (const arm of arms) {
  const { answers, ...report } = await compareKnownAndUnknown(arm, { seed, trialsAnArm });
  console.log(JSON.stringify({ ...report, differentAnswers: answers.length }));
  holds &&= answers.length === 1 && Math.abs(report.accuracy - 0.5) <= 0.03;
}
console.log(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
