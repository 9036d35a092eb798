import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMutants } from './list-mutants.ts';
import { applyMutant } from './mutant.ts';

const mutate = (text: string): string[] =>
  listMutants(text, 'x.ts').map((mutant) => applyMutant(text, mutant));

test('comparisons, conditions, returns and throws are changed', () => {
  const found = mutate('function f(a: number): number { if (a < 2) throw new Error(); return a; }');
  for (const part of [
    'a <= 2',
    'a >= 2',
    'if (true)',
    'if (false)',
    'a < (3)',
    'a < (1)',
    'return undefined',
  ])
    assert.ok(
      found.some((text) => text.includes(part)),
      part,
    );
  assert.ok(found.some((text) => !text.includes('throw')));
});

test('each changed text is another one, and differs in one place', () => {
  const text = 'export const ok = (a: string): boolean => a !== "x" && !a.startsWith("y");';
  const found = mutate(text);
  assert.equal(new Set(found).size, found.length);
  assert.ok(!found.includes(text));
  assert.ok(found.some((one) => one.includes('||')));
  assert.ok(found.some((one) => one.includes('endsWith')));
});

test('types, imports and sentences for people stay as they are', () => {
  for (const text of [
    "import { a } from 'node:crypto';",
    "type Name = 'one' | 'two'; interface A { readonly b: 1 }",
    "const e = new TypeError('x' + y);",
    "fail({ message: 'x' });",
    "const s = say as 'a';",
  ]) {
    assert.deepEqual(
      mutate(text).filter((one) => one.startsWith(text.slice(0, 12)) && one !== text && !one.startsWith(';')),
      [],
      text,
    );
  }
});

test('places count characters, also behind letters that take several bytes', () => {
  assert.ok(
    mutate("const a = 'Žofie🦊'; const b = 1 < 2;").includes("const a = 'Žofie🦊'; const b = 1 <= 2;"),
  );
});
