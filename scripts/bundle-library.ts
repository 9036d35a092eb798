import { globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { dropInternals, pruneDeclarations } from './declarations.ts';
import { plainAscii } from './plain-ascii.ts';

/**
 * Replaces the modules that `tsc` wrote into `dist` by one for each entry point
 * of `exports` and each thread (`*-thread.ts`), flat, and one for what they
 * have in common. Declarations that no entry point reaches go.
 *
 * Node resolves every module of a start by walking its path: of our libraries
 * together some hundred, which made the path functions hot enough for the
 * optimizing compiler and cost each start 50 ms and 7 MB. Comments stay in the
 * declarations, where editors show them; in the modules they were half the text.
 *
 * @param folder of the package
 */
export async function bundleLibrary(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  const entries = findEntries(folder);
  const bundle = await rolldown({
    cwd: folder,
    input: { ...entries, ...findThreads(folder) },
    plugins: [plainAscii()],
    platform: 'neutral',
    external: [/^node:/, /^@countersign\//],
    onLog: (level, log, pass) => {
      if (level === 'warn') throw new Error(`bundling warned: ${log.message}`);
      pass(level, log);
    },
  });
  for (const module of globSync('**/*.js', { cwd: dist })) rmSync(join(dist, module));
  await bundle.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    codeSplitting: { groups: [{ name: 'common', minShareCount: 2 }] },
    comments: false,
  });
  await bundle.close();
  const declarations = Object.values(entries).map((file) =>
    file.replace(/^\.\/src\//, '').replace(/\.ts$/, '.d.ts'),
  );
  pruneDeclarations(dist, declarations);
  dropInternals(dist, declarations);
}

/** Sources by the name of what is published: `./src/x/y.ts` for `./dist/y.js`. */
function findEntries(folder: string): Readonly<Record<string, string>> {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
  const sources = [...manifest.matchAll(/"@countersign\/source": "([^"]+)"/g)].map(
    ([, source = '']) => source,
  );
  return Object.fromEntries(sources.map((source) => [basename(source, '.ts'), source]));
}

function findThreads(folder: string): Readonly<Record<string, string>> {
  const threads = globSync('src/**/*-thread.ts', { cwd: folder });
  return Object.fromEntries(threads.map((source) => [basename(source, '.ts'), source]));
}
