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
