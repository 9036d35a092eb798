/** `npm --prefix bench run readme`: the tables of the last results into the README of the root. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readResults } from './results.ts';
import { writeConditions, writeTable } from './table.ts';
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
