/**
 * `npm run build`: what is published, into each package's `dist`.
 *
 * Libraries for servers become one module each, the client stays `tsc` output,
 * file by file, for bundlers of pages. The server is bundled with its
 * dependencies into a few files, because that starts in half the time, and
 * gets only those declarations that its two entry points reach.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleBothForms } from './bundle-commonjs.ts';
import { bundleLibrary } from './bundle-library.ts';
import { bundleServer } from './bundle-server.ts';
import { pruneDeclarations, rewriteDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each after those that it imports. */
const packages = ['tokens', 'jsonwebtoken', 'revocation', 'guard', 'client', 'server'];
const oneModule = ['tokens', 'jsonwebtoken', 'revocation', 'guard'];

/** `npm run build -- tokens`: only these; without names all. */
const wanted = packages.filter((name) => process.argv.length < 3 || process.argv.includes(name));

for (const name of wanted) {
  const folder = join(root, 'packages', name);
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  compile(folder);
  rewriteDeclarations(join(folder, 'dist'));
  if (oneModule.includes(name)) await bundleLibrary(folder);
  if (name === 'jsonwebtoken') await bundleBothForms(folder, name);
  // Apache-2.0 §4 (a): whoever gets the package gets the licence.
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}
if (wanted.includes('server')) {
  const server = join(root, 'packages', 'server');
  await bundleServer(server);
  pruneDeclarations(join(server, 'dist'), ['index.d.ts', 'testing.d.ts']);
}

function compile(folder: string): void {
  const { status } = spawnSync('tsc', ['-p', join(folder, 'tsconfig.build.json')], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}` },
  });
  if (status !== 0) {
    process.stderr.write(`build: tsc refused ${folder}\n`);
    process.exit(1);
  }
}
