import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What `countersign` needs at run time, itself included. */
const packages = ['tokens', 'revocation', 'guard', 'server'];

/**
 * Builds the packages, packs them and installs the tarballs into a folder, as
 * a stranger has them.
 *
 * @param folder empty; gets `node_modules`
 * @returns path of the launcher
 */
export function installOurs(folder: string): string {
  run(['run', 'build'], root);
  for (const name of packages) run(['pack', '--pack-destination', folder], join(root, 'packages', name));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const tarballs = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  run(['install', '--offline', '--no-audit', '--no-fund', ...tarballs.map((file) => `./${file}`)], folder);
  return join(folder, 'node_modules', 'countersign', 'bin', 'countersign.js');
}

function run(parameters: readonly string[], cwd: string): void {
  // Our own binary first: npm then runs what it starts with the pinned Node.
  const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  execFileSync('npm', ['--loglevel=error', ...parameters], {
    cwd,
    env: { ...process.env, PATH },
    // Standard output is for the table.
    stdio: ['ignore', 2, 2],
  });
}
