/**
 * `npm run outages -- --seconds 60 --people 40 --herd 1000 --seed 1`: real processes and real time.
 *
 * The herd is behind one address, so that more than 600 of it are shed at first.
 * Each phase is a row: what everybody saw who asked an API every second. `network` and `overloaded` are
 * refusals that the client explains; nobody may be signed out in any row.
 */
import { parseArgs } from 'node:util';
import { prepareOutageCast } from './outage-cast.ts';
import type { PhaseReport } from './crowd.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    people: { type: 'string', default: '40' },
    herd: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const [seconds, people, herd, seed] = [values.seconds, values.people, values.herd, values.seed].map(Number);
if (seconds === undefined || people === undefined || herd === undefined || seed === undefined)
  process.exit(2);

const shortBoundSeconds = 10;
/** After an outage: a guard rests up to 1.5 s, a client 5 s, and the issuer asks for up to 9 s. */
const recoverySeconds = 15;
const wrong: string[] = [];

const pass = (forSeconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, forSeconds * 1000));

function note(row: string, report: PhaseReport, mayBeRefused: boolean): void {
  const { served = 0, ...refused } = report.seen;
  const refusals = Object.entries(refused).map(([outcome, times]) => `${outcome} ${times}`);
  const cells = [`served ${served}`, ...refusals, `refreshes ${report.refreshes}`];
  process.stdout.write(`| ${row} | ${cells.join(' | ')} | signed out ${report.signedOut} |\n`);
  if (report.signedOut > 0) wrong.push(`${row}: ${report.signedOut} signed out`);
  if (!mayBeRefused && refusals.length > 0) wrong.push(`${row}: ${refusals.join(', ')}`);
  if (served + refusals.length === 0) wrong.push(`${row}: nobody asked`);
}

const cast = await prepareOutageCast();
try {
  const relay = await cast.startRelay();
  const [patient, strict, relayed] = await Promise.all([
    cast.startApi({ stalenessSeconds: 300 }),
    cast.startApi({ stalenessSeconds: shortBoundSeconds }),
    cast.startApi({ stalenessSeconds: shortBoundSeconds, feedUrl: relay.feedUrl }),
  ]);
  const [atDefault, atTen, behindRelay, sleepers] = await Promise.all([
    cast.startCrowd({ api: patient, howMany: people, seed }),
    cast.startCrowd({ api: strict, howMany: people, seed: seed + 1 }),
    cast.startCrowd({ api: relayed, howMany: people, seed: seed + 2 }),
    cast.startCrowd({ api: patient, howMany: herd, seed: seed + 3, address: '192.0.2.1' }),
  ]);
  await sleepers({ kind: 'sleep' });
  await pass(5);
  note('all well, default bound', await atDefault({ kind: 'report' }), false);
  note('all well, 10 s', await atTen({ kind: 'report' }), false);
  note('all well, 10 s, relay', await behindRelay({ kind: 'report' }), false);

  await relay.kill();
  await pass(seconds);
  note('relay dead', await behindRelay({ kind: 'report' }), false);
  relay.start();
  await pass(recoverySeconds);
  note('relay back', await behindRelay({ kind: 'sleep' }), false);

  await Promise.all([atDefault, atTen].map((crowd) => crowd({ kind: 'report' })));
  await cast.issuer.kill();
  await pass(shortBoundSeconds - 2);
  note('issuer dead, 10 s, within the bound', await atTen({ kind: 'report' }), false);
  await pass(3);
  await atTen({ kind: 'report' });
  await pass(seconds - shortBoundSeconds - 1);
  note('issuer dead, 10 s, beyond it', await atTen({ kind: 'report' }), true);
  note('issuer dead, default bound', await atDefault({ kind: 'report' }), false);
  await cast.issuer.start();
  await pass(recoverySeconds);
  note('issuer coming back, 10 s', await atTen({ kind: 'report' }), true);
  await pass(10);
  note('issuer back, 10 s', await atTen({ kind: 'sleep' }), false);
  note('issuer back, default bound', await atDefault({ kind: 'sleep' }), false);

  process.stdout.write('the herd sleeps until its tokens have expired\n');
  await pass(Math.max(0, 305 - seconds * 2 - recoverySeconds * 2 - 15));
  await sleepers({ kind: 'wake' });
  await pass(recoverySeconds);
  note('herd wakes', await sleepers({ kind: 'report' }), true);
  await pass(15);
  note('herd awake', await sleepers({ kind: 'report' }), true);
  await pass(10);
  note('herd at work', await sleepers({ kind: 'report' }), false);
} finally {
  await cast.remove();
}
process.stdout.write(`seed ${seed}\n${wrong.map((line) => `WRONG ${line}\n`).join('')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
