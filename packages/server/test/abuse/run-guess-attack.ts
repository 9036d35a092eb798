/*
 * 10 000 guesses at one account, many at once, over real connections:
 *
 *   npm run guess-attack            SEED=… GUESSES=… for others
 */
import { randomInt } from 'node:crypto';
import { attackOneAccount } from './guess-attack.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
const report = await attackOneAccount({ seed, guesses: Number(process.env['GUESSES'] ?? 10_000) });
console.log(JSON.stringify(report, null, 2));
const holds = report.evaluated <= report.cap && report.ownerStatus === 200;
console.log(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
