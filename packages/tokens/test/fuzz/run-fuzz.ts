/**
 * `npm run fuzz -- --seconds 60 [--seed 1] [--workers 2] [--json FILE]`
 *
 * Feeds mutated tokens, keys and key sets to everything that reads what a
 * stranger sends, on all cores. Fails when anything is accepted that the owner
 * of the key did not make, when anything but a TokenError is thrown, or when a
 * call does not end; the input and the keys then stand in a file.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runWorkers } from './run-workers.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'string' },
  },
});
const [seed, seconds, workers] = [values.seed, values.seconds, values.workers].map(Number);
if (seed === undefined || !(Number(seconds) > 0) || !(Number(workers) >= 1)) {
  throw new TypeError('--seed, --seconds and --workers are numbers');
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const { rows, failures } = await runWorkers({
  seed,
  seconds: Number(seconds),
  workers: Number(workers),
  hangSeconds: 30,
});

const sum = (pick: (row: (typeof rows)[number]) => number): number =>
  rows.reduce((total, row) => total + pick(row), 0);
const [cases, reached] = [sum((row) => row.cases), sum((row) => row.reached)];
const genuine = sum((row) => row.results.get('genuine') ?? 0);
for (const row of rows) {
  const share = ((100 * row.reached) / Math.max(1, row.cases)).toFixed(0);
  write(
    `${row.name.padEnd(34)}${String(row.cases).padStart(11)} cases, ${share.padStart(3)} % reach the crypto step, slowest ${row.slowestMs.toFixed(0)} ms`,
  );
}
write(
  `${cases} cases in ${seconds} s, ${Math.round(cases / Number(seconds))} per second; ` +
    `${((100 * reached) / cases).toFixed(1)} % reach the crypto step; ${genuine} genuine; ` +
    `${failures.length} failures; seed ${seed}, ${workers} workers`,
);
if (values.json !== undefined) {
  const results = rows.map((row) => ({ ...row, results: Object.fromEntries(row.results) }));
  writeFileSync(values.json, JSON.stringify({ seed, seconds, workers, cases, reached, genuine, results }));
}
if (failures.length > 0) {
  const file = join(mkdtempSync(join(tmpdir(), 'fuzz-')), 'failures.json');
  writeFileSync(file, JSON.stringify({ seed, workers, failures }, undefined, 2));
  write(`what failed: ${file}`);
  process.exitCode = 1;
}
