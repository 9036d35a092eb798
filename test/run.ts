/**
 * `npm test`: every test of the repository.
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
const files =
  given.length > 0 ? given : ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'e2e/**/*.test.ts'];

const { status } = spawnSync(
  process.execPath,
  ['-C', '@countersign/source', '--test', '--test-concurrency=2', ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...prepareMachine() } },
);
process.exitCode = status ?? 1;
