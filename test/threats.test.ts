import assert from 'node:assert/strict';
import test from 'node:test';
import { readSources } from './source-tree.ts';
import { readThreatsLeft, readThreatsShown } from './threat-rows.ts';

/** `'A-003: …'`, and `'A-087, A-086: …'` for a test that covers two. */
const numberedName = /['"`]((?:A-\d{3}(?:, )?)+)[:,]/g;

const numbersByFile = new Map(
  readSources('packages/*/test/**/*.ts', 'e2e/**/*.ts', 'test/**/*.ts').map((file) => [
    file.path,
    new Set([...file.text.matchAll(numberedName)].flatMap(([, names = '']) => names.match(/A-\d{3}/g) ?? [])),
  ]),
);
const tested = new Set([...numbersByFile.values()].flatMap((numbers) => [...numbers]));

const rows = readThreatsShown();
const left = readThreatsLeft();

test('every number in the name of a test has its row in docs/threats.md', () => {
  const documented = new Set(rows.map((row) => row.number));
  assert.deepEqual([...tested].filter((number) => !documented.has(number)).sort(), []);
});

test('every row of docs/threats.md stands once and is shown where it says', () => {
  assert.equal(new Set(rows.map((row) => row.number)).size, rows.length);
  const wrong = rows.flatMap(({ number, files }) =>
    files.length === 0
      ? [`${number} names no test`]
      : files
          .filter((file) => numbersByFile.get(file)?.has(number) !== true)
          .map((file) => `${number} → ${file}`),
  );
  assert.deepEqual(wrong, []);
});

/** Accounts, proofs and sessions; HTTP and administration. */
const accountedFor = [...range(107, 271), ...range(341, 414)];

test('a threat to accounts, sessions or the API is covered, or docs/threats-left.md says why not', () => {
  const numbers = [...rows, ...left].map(({ number }) => number);
  assert.equal(new Set(numbers).size, numbers.length, 'a number stands twice');
  assert.deepEqual(
    accountedFor.filter((number) => !numbers.includes(number)),
    [],
  );
});

function range(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, n) => `A-${from + n}`);
}
