import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before, mock } from 'node:test';
import { type Comparison, compare } from './compare.ts';
import { differences, type Row } from './differences.ts';
import { nowSeconds, signRows } from './sign-rows.ts';
import { decodeRows, verifyRows } from './verify-rows.ts';

const rows: readonly Row[] = [...signRows, ...verifyRows, ...decodeRows];
let different: readonly Comparison[] = [];

before(() => {
  mock.timers.enable({ apis: ['Date'], now: nowSeconds * 1000 });
  different = rows.map(compare).filter(({ isEqual }) => !isEqual);
});

after(() => mock.timers.reset());

test('thousands of calls come to what they come to in jsonwebtoken, or the difference is in the table', () => {
  assert.ok(rows.length > 25_000, `${rows.length} rows`);
  const unexplained = different.filter(
    ({ row, original, ours }) => !differences.some(({ explains }) => explains(row, original, ours)),
  );
  assert.deepEqual(unexplained.slice(0, 5), []);
});

test('every difference of the table is met by some row', () => {
  const unmet = differences.filter(
    ({ explains }) => !different.some(({ row, original, ours }) => explains(row, original, ours)),
  );
  assert.deepEqual(
    unmet.map(({ name }) => name),
    [],
  );
});

test('where they differ, ours refuses, or the original failed by accident', () => {
  const accident = /isValid is not a function|Cannot read properties|startsWith/;
  const accepted = different.filter(({ row, original, ours }) => {
    const isLetters = row.call === 'sign' && original.error === undefined;
    const isPattern = row.name.endsWith('/g');
    return (
      ours.error === undefined &&
      !isLetters &&
      !isPattern &&
      !accident.test(String(original.error?.['message']))
    );
  });
  assert.deepEqual(accepted.slice(0, 5), []);
});

test('the table of differences is the one on the page of the package', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = page.split('\n## What is different\n')[1]?.split('\n## ')[0] ?? '';
  for (const { name } of differences) assert.ok(section.includes(`| ${name} `), name);
});
