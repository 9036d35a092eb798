/** `npm --prefix bench run readme`: the tables of the last results into the README of the root. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readResults } from './results.ts';
import { writeConditions, writeTable } from './table.ts';
import { readReport, writeLines } from './revocation/delivery-results.ts';
import { readTokenResults } from './tokens/token-results.ts';
import { writeShortTables, writeTokenConditions } from './tokens/token-table.ts';

const file = new URL('../README.md', import.meta.url);
let text = readFileSync(file, 'utf8');

const server = readResults();
replaceBlock('bench', [
  writeTable(server),
  writeConditions(server),
  'Figures are made by `npm --prefix bench run server`.',
]);
const tokens = readTokenResults();
if (tokens !== undefined) {
  replaceBlock('bench-tokens', [
    writeShortTables(tokens),
    writeTokenConditions(tokens),
    'Figures are made by `npm --prefix bench run tokens`.',
  ]);
}
const reports = ['delivery', 'sockets', 'snapshot', 'traffic', 'refresh'].flatMap(
  (name) => readReport(name) ?? [],
);
const [newest] = reports;
if (newest !== undefined) {
  const highest = Math.max(...reports.map(({ load }) => load));
  replaceBlock('bench-revocation', [
    writeLines(reports.flatMap(({ lines }) => lines)),
    `On loopback, ${newest.date}, Node ${newest.node}; load of the machine, the bench included, at most ${highest.toFixed(1)} on 2 cores.`,
    'Figures are made by `npm --prefix bench run revocation`.',
  ]);
}
writeFileSync(file, text);

/** Between `<!-- name:start -->` and `<!-- name:end -->`. @throws Error where the README has no such place */
function replaceBlock(name: string, parts: readonly string[]): void {
  const start = `<!-- ${name}:start -->`;
  const end = `<!-- ${name}:end -->`;
  const [before, rest] = text.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`README.md has no ${start} … ${end}`);
  text = `${before}${start}\n${parts.join('\n\n')}\n${end}${after}`;
}
