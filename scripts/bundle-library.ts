import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { plainAscii } from './plain-ascii.ts';

/**
 * Replaces the modules that `tsc` wrote into `dist` by one, `index.js`. The
 * declarations stay as they are.
 *
 * Node resolves every module of a start by walking its path: of our libraries
 * together some hundred, which made the path functions hot enough for the
 * optimizing compiler and cost each start 50 ms and 7 MB.
 *
 * @param folder of a package whose only entry is `index`
 */
export async function bundleLibrary(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  const bundle = await rolldown({
    cwd: folder,
    input: 'src/index.ts',
    plugins: [plainAscii()],
    platform: 'neutral',
    external: [/^node:/, /^@countersign\//],
    onLog: (level, log, pass) => {
      if (level === 'warn') throw new Error(`bundling warned: ${log.message}`);
      pass(level, log);
    },
  });
  for (const module of globSync('**/*.js', { cwd: dist })) rmSync(join(dist, module));
  const { output } = await bundle.write({ dir: dist, format: 'esm', entryFileNames: 'index.js' });
  await bundle.close();
  if (output.length !== 1) throw new Error(`${folder} did not become one module`);
}
