import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { rolldown } from 'rolldown';
import { plainAscii } from './plain-ascii.ts';

/**
 * Writes `dist/NAME.cjs` of `src/NAME.ts` with declarations, for applications in
 * CommonJS and for test runners that cannot `require` a module; what it imports
 * of this repository is inside. `dist/index.js` becomes a view of it, so that an
 * application that loads both forms has one set of classes.
 *
 * @param folder of the package, already built
 */
export async function bundleBothForms(folder: string, name: string): Promise<void> {
  await bundleCommonjs(folder, name);
  copyDeclarations(join(folder, 'dist'), `${name}.d.ts`);
  wrapCommonjs(folder, name);
}

async function bundleCommonjs(folder: string, name: string): Promise<void> {
  const bundle = await rolldown({
    cwd: folder,
    input: { [name]: `src/${name}.ts` },
    plugins: [plainAscii()],
    platform: 'neutral',
    external: [/^node:/],
    resolve: { conditionNames: ['@countersign/source'] },
    onLog: (level, log, pass) => {
      if (level === 'warn') throw new Error(`bundling warned: ${log.message}`);
      pass(level, log);
    },
  });
  await bundle.write({
    dir: join(folder, 'dist'),
    format: 'cjs',
    exports: 'named',
    esModule: false,
    generatedCode: { symbols: false },
    entryFileNames: '[name].cjs',
    comments: false,
  });
  await bundle.close();
}

function wrapCommonjs(folder: string, name: string): void {
  const exported: object = createRequire(import.meta.url)(join(folder, 'dist', `${name}.cjs`));
  const text = [
    `import whole from './${name}.cjs';`,
    'export default whole;',
    `export const { ${Object.keys(exported).sort().join(', ')} } = whole;`,
    '',
  ];
  writeFileSync(join(folder, 'dist', 'index.js'), text.join('\n'));
}

/** TypeScript takes `.d.ts` beside a module for a module's, so CommonJS needs its own copies. */
function copyDeclarations(dist: string, entry: string): void {
  const done = new Set<string>();
  const copy = (file: string): void => {
    if (done.has(file)) return;
    done.add(file);
    const text = readFileSync(join(dist, file), 'utf8');
    const rewritten = text.replace(
      /((?:from|import\()\s*['"])(\.[^'"]+)\.js(['"])/g,
      (_, before: string, specifier: string, after: string) => {
        copy(normalize(join(dirname(file), `${specifier}.d.ts`)));
        return `${before}${specifier}.cjs${after}`;
      },
    );
    writeFileSync(join(dist, file.replace(/\.d\.ts$/, '.d.cts')), rewritten);
  };
  copy(entry);
}
