/**
 * `npm --prefix bench run server`: start and memory of our built package beside
 * peers. Prints a table and writes `results/server.json`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareContenders } from './contenders.ts';
import { measureProcess, type Sample } from './measure-process.ts';
import { untilQuiet } from './quiet-machine.ts';
import { describeMachine, type Results, writeResults } from './results.ts';
import { writeConditions, writeTable } from './table.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9);
const port = 4977;
const quietPatienceMs = 10_000;
const targets = { firstAnswerMs: 300, residentMb: 80 };

if (process.platform !== 'linux') {
  process.stderr.write('bench: memory is read from /proc; this needs Linux\n');
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
try {
  const results = await measure();
  writeResults(results);
  process.stdout.write(`${writeTable(results)}\n\n${writeConditions(results)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<Results> {
  const contenders = prepareContenders(folder, port);
  const samples = contenders.map((): Sample[] => []);
  // The first round makes databases and warms the disk's cache; it does not count.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const isQuiet = await untilQuiet(quietPatienceMs);
      process.stderr.write(
        `round ${round} of ${rounds}: ${contender.name}${isQuiet ? '' : ', busy machine'}\n`,
      );
      const sample = await measureProcess(contender, port);
      if (round > 0) samples[index]?.push(sample);
    }
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    node: process.versions.node,
    rounds,
    targets,
    rows: contenders.map(({ name, version, setup }, index) => ({
      name,
      version,
      setup,
      samples: samples[index] ?? [],
    })),
  };
}
