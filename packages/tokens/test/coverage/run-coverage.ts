/**
 * `npm run coverage`: every branch that decides about a token or a key is taken by a test, or a row of
 * `never-taken.ts` says why none can. Fails otherwise, and for a row that fits nothing any more.
 */
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';
import { neverTaken } from './never-taken.ts';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const tests = fileURLToPath(new URL('..', import.meta.url));

/** Other programs, and what runs for a time. */
const leftOut = /^(?:interop|fuzz|mutation|differential|coverage)\/|^readme\.test\.ts$/;

interface Gap {
  readonly file: string;
  readonly line: number;
  readonly lineText: string;
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const gaps: Gap[] = [];
let branches = 0;
let taken = 0;
let failedTests = 0;

function note(path: string, lines: ReadonlySet<number>): void {
  const text = readFileSync(path, 'utf8').split('\n');
  for (const line of lines)
    gaps.push({ file: relative(source, path), line, lineText: (text[line - 1] ?? '').trim() });
}

const files = globSync('**/*.test.ts', { cwd: tests }).filter((file) => !leftOut.test(file));
const stream = run({
  files: files.map((file) => `${tests}${file}`),
  concurrency: 2,
  coverage: true,
  coverageIncludeGlobs: [`${source}**/*.ts`],
  // Threads that verify by calling what is counted here.
  coverageExcludeGlobs: [`${source}pool/**`],
});
stream.on('test:fail', ({ name }) => {
  failedTests += 1;
  write(`failed: ${name}`);
});
stream.on('test:coverage', ({ summary }) => {
  branches = summary.totals.totalBranchCount;
  taken = summary.totals.coveredBranchCount;
  for (const file of summary.files) {
    const missed = file.branches.filter(({ count }) => count === 0).map(({ line }) => line);
    note(file.path, new Set(missed));
  }
});
for await (const _ of stream);

const isKnown = (gap: Gap): boolean =>
  neverTaken.some(({ file, lineText }) => file === gap.file && lineText === gap.lineText);
const unknown = gaps.filter((gap) => !isKnown(gap));
const stale = neverTaken.filter(
  (row) => !gaps.some(({ file, lineText }) => file === row.file && lineText === row.lineText),
);
for (const { file, line, lineText } of unknown) write(`never taken: ${file}:${line}  ${lineText}`);
for (const { file, lineText } of stale) write(`taken after all, or gone: ${file}  ${lineText}`);
write(
  `${taken} of ${branches} branches taken; ${gaps.length - unknown.length} lines have one that none can take; ` +
    `${unknown.length} have one that no test takes; ${failedTests} tests failed`,
);
if (unknown.length + stale.length + failedTests > 0 || branches === 0) process.exitCode = 1;
