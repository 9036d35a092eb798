import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltPackage {
  /** Holds `dist` as it is published. */
  readonly folder: string;
  readonly version: string;
  /** Of the tarball. */
  readonly packedBytes: number;
  readonly dependencies: number;
}

/**
 * Builds `@countersign/tokens` as it is published, in a copy, so that whoever
 * works in the tree at the same time is not disturbed.
 *
 * @param folder empty
 */
export function buildTokens(folder: string): BuiltPackage {
  for (const name of ['tsconfig.base.json', 'package.json', 'scripts', 'LICENSE', 'packages/tokens']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isWanted = (path: string): boolean =>
      !/[\\/]packages[\\/]tokens[\\/](?:dist|test|node_modules)$/.test(path);
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: isWanted });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  run(process.execPath, ['scripts/build.ts', 'tokens'], folder);
  const built = join(folder, 'packages/tokens');
  const [packed] = JSON.parse(run('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], built));
  const manifest = JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'));
  return {
    folder: built,
    version: String(manifest.version),
    packedBytes: Number(packed.size),
    dependencies: Object.keys(manifest.dependencies ?? {}).length,
  };
}

function run(command: string, parameters: readonly string[], cwd: string): string {
  const PATH = `${dirname(process.execPath)}:${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  return execFileSync(command, parameters, {
    cwd,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
}
