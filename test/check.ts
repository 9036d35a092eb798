/** `npm run check`: types, lint, format and the rules of the house, each with its own output. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const libraries = ['tokens', 'jsonwebtoken', 'revocation', 'guard', 'client'];

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ...libraries.map((name): [string, string[]] => [
    'tsc',
    ['--noEmit', '-p', `packages/${name}/tsconfig.check.json`],
  ]),
  ['oxlint', ['--type-aware', '--deny-warnings']],
  ['biome', ['format', '.']],
  ['node', ['--test', '--test-reporter=dot', 'test/house.test.ts']],
];

let failed = 0;
for (const [command, parameters] of steps) {
  const { status } = spawnSync(command, parameters, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    failed += 1;
    process.stderr.write(`check: ${command} ${parameters.join(' ')} failed\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
