/**
 * `npm test`: what `npm run check` checks, then every test of the repository.
 * `npm test -- FILES` runs those tests alone.
 *
 * A journey in a browser needs Chromium. On Debian as root it is installed;
 * elsewhere that part is skipped with the line that would help. With CI=true
 * nothing is skipped: what is missing fails.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepareMachine } from './prepare-machine.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const given = process.argv.slice(2);
const everything = ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'e2e/**/*.test.ts'];

function run(parameters: readonly string[], variables: Readonly<Record<string, string>> = {}): number {
  const { status } = spawnSync(process.execPath, parameters, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  });
  return status ?? 1;
}

const variables = prepareMachine();
const checked = given.length > 0 ? 0 : run(['test/check.ts']);
const tested = run(
  ['-C', '@countersign/source', '--test', '--test-concurrency=2', ...(given.length > 0 ? given : everything)],
  variables,
);
if (checked !== 0) process.stderr.write('npm run check failed; what it said is above the tests\n');
process.exitCode = checked === 0 ? tested : checked;
