/**
 * `npm --prefix bench run deny-check`: what it costs to ask the memory of a
 * verifier about a token, what that memory takes, and how fast it is filled.
 * Prints tables and writes `results/revocation-deny.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describeMachine } from '../results.ts';
import { measureAllocation, measureChecks } from './check-time.ts';
import { measureGrowth, measureIngestion } from './growth.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 15);
const entries = 1e6;
const manyEntries = 1e7;
const checksForAllocation = 1e7;

const targets = {
  checkNs: 1000,
  shareOfVerification: 0.01,
  bytesACheck: 0,
  bytesAnEntry: 12.5,
  ingestionMs: { [entries]: 300, [manyEntries]: 3000 },
  longestInsertionMs: 5,
};

const checks = measureChecks(entries, rounds);
const verificationNs = checks.at(-1)?.cpuNs ?? Number.NaN;
const allocation = await measureAllocation(entries, checksForAllocation);
const growth = {
  dead: [measureGrowth(entries, ['session']), measureGrowth(manyEntries, ['session'])],
  epochs: [measureGrowth(entries, ['user'])],
};
const ingestion = [await measureIngestion(entries, 5), await measureIngestion(manyEntries, 3)];

const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: describeMachine(),
  node: process.versions.node,
  rounds,
  entries,
  targets,
  checks: checks.map((row) => ({ ...row, shareOfVerification: row.cpuNs / verificationNs })),
  allocation: { checks: checksForAllocation, ...allocation },
  growth,
  ingestion,
};
mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
writeFileSync(
  new URL('../results/revocation-deny.json', import.meta.url),
  `${JSON.stringify(results, round, 2)}\n`,
);
process.stdout.write(`${writeTables()}\n`);

function writeTables(): string {
  return [
    `| deny check, ${entries.toLocaleString('en')} entries of | ns | processor ns | of an ES256 verification |`,
    '| --- | --: | --: | --: |',
    ...results.checks.map(
      (row) =>
        `| ${row.name} | ${row.wallNs.toFixed(0)} | ${row.cpuNs.toFixed(0)} | ${(100 * row.shareOfVerification).toFixed(2)} % |`,
    ),
    `| target | ${targets.checkNs} | ${targets.checkNs} | ${100 * targets.shareOfVerification} % |`,
    '',
    `Heap after ${checksForAllocation.toLocaleString('en')} checks: ${allocation.bytes} bytes more, ${allocation.collections} collections (target 0).`,
    '',
    '| memory | entries | bytes an entry | longest insertion, ms |',
    '| --- | --: | --: | --: |',
    ...Object.entries(growth).flatMap(([name, rows]) =>
      rows.map(
        (row) =>
          `| ${name} | ${row.entries.toLocaleString('en')} | ${row.bytesAnEntry.toFixed(2)} | ${row.longestInsertionMs.toFixed(2)} |`,
      ),
    ),
    `| target (dead) | | ${targets.bytesAnEntry} | ${targets.longestInsertionMs} |`,
    '',
    '| snapshot to ready | ms | processor ms | target | longest hold, ms |',
    '| --: | --: | --: | --: | --: |',
    ...ingestion.map(
      (row) =>
        `| ${row.entries.toLocaleString('en')} | ${row.wallMs.toFixed(0)} | ${row.cpuMs.toFixed(0)} | ${targets.ingestionMs[row.entries]} | ${row.longestHoldMs.toFixed(1)} |`,
    ),
  ].join('\n');
}

function round(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
