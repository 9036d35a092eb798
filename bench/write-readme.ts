/** `npm --prefix bench run readme`: the table of the last results into the README of the root. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readResults } from './results.ts';
import { writeConditions, writeTable } from './table.ts';

const start = '<!-- bench:start -->';
const end = '<!-- bench:end -->';

const file = new URL('../README.md', import.meta.url);
const text = readFileSync(file, 'utf8');
const [before, rest] = text.split(start);
const after = rest?.split(end)[1];
if (before === undefined || after === undefined) throw new Error(`README.md has no ${start} … ${end}`);
const results = readResults();
const table = `${writeTable(results)}\n\n${writeConditions(results)}`;
writeFileSync(
  file,
  `${before}${start}\n${table}\n\nFigures are made by \`npm --prefix bench run server\`.\n${end}${after}`,
);
