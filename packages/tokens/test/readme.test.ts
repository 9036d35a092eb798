import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tokenErrors } from '../src/index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/^## (.+?)$(?:(?!^## )[\s\S])*?^```ts\n([\s\S]*?)^```$/gm)];

test('every example of the page is run', () => {
  assert.equal(examples.length, readme.match(/^```ts$/gm)?.length);
});

for (const [, title = '', code = ''] of examples) {
  test(`the example under “${title}” runs`, () => {
    const flags = ['-C', '@countersign/source', '--input-type=module-typescript', '--eval', code];
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, flags, { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
}

test('the table of errors is the one in the code', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, code, text]) => [code, text]);
  assert.deepEqual(rows, Object.entries(tokenErrors));
});

test('the list of entry points has every name that is exported, and none else', () => {
  const [, section = ''] = readme.split('\n## Entry points\n');
  const listed = [...(section.split('\n## ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  const exported = ['index', 'pool', 'danger-primitives'].flatMap((file) =>
    readExports(readFileSync(new URL(`../src/${file}.ts`, import.meta.url), 'utf8')),
  );
  assert.deepEqual(listed.toSorted(), exported.toSorted());
});

function readExports(source: string): string[] {
  const lists = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(','),
  );
  const own = [...source.matchAll(/^export (?:async )?(?:function|interface|const|class|type) (\w+)/gm)];
  return [
    ...lists.map((name) => name.replace(/\btype\b/, '').trim()),
    ...own.map(([, name = '']) => name),
  ].filter((name) => name !== '');
}
