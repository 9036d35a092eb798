import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { readDocument } from './documents.ts';
import { readExamples } from './examples.ts';
import { root } from './source-tree.ts';

/** The page of the package itself is run by `packages/tokens/test/readme.test.ts`. */
const pages = [
  'docs/choosing-an-algorithm.md',
  'docs/encrypted-tokens.md',
  'docs/migrating-from-fast-jwt.md',
  'docs/migrating-from-jose.md',
  'docs/migrating-from-jsonwebtoken.md',
  'docs/post-quantum.md',
];

for (const page of pages) {
  const examples = readExamples(readDocument(page));

  test(`${page} has examples, and no more than one that needs a server`, () => {
    assert.ok(examples.length > 0);
    assert.ok(examples.filter(({ needsServer }) => needsServer).length <= 1);
  });

  for (const { file, code } of examples.filter(({ needsServer }) => !needsServer)) {
    test(`${file} runs`, () => {
      const flags = ['-C', '@countersign/source', '--input-type=module-typescript', '--eval', code];
      const { status, stderr } = spawnSync(process.execPath, flags, {
        cwd: root,
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, JWT_SECRET: randomBytes(32).toString('base64') },
      });
      assert.equal(status, 0, stderr);
    });
  }
}
