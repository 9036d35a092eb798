import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rolldown } from 'rolldown';
import { plainAscii } from './plain-ascii.ts';

/** Entry points of their own: `exports`, the command line, and the thread that writes. */
const entries: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  testing: 'src/testing.ts',
  cli: 'src/cli/main.ts',
  'sqlite-writer': 'src/store/sqlite-writer.ts',
};

/** Files that the program reads beside itself. */
const assets = ['src/proofs/common-passwords.bin'];

/** Packages whose code ends up in the bundle; their licences go with it. */
const bundled = ['hono', '@hono/node-server', 'zod', 'nodemailer', '@simplewebauthn/server'];

/**
 * Files of their own for what is large. The parser keeps what it knows of a
 * whole module until its end: one file of 570 kB cost 3 MB more than four.
 */
const groups = [
  { name: 'zod', test: /node_modules[\\/]zod[\\/]/ },
  // Loaded with the first passkey.
  {
    name: 'webauthn',
    test: /node_modules[\\/](?:@simplewebauthn|@hexagon|@levischuck|@peculiar|asn1js|bytestreamjs|pv[a-z]+|reflect-metadata|tslib|tsyringe|@noble)[\\/]/,
  },
  { name: 'hono', test: /node_modules[\\/](?:@hono|hono)[\\/]/ },
  // Loaded with the first mail.
  { name: 'nodemailer', test: /node_modules[\\/]nodemailer[\\/]/ },
  { name: 'contract', test: /server[\\/]src[\\/]contract[\\/]/ },
  { name: 'flows', test: /server[\\/]src[\\/]flows[\\/]/ },
  { name: 'http', test: /server[\\/]src[\\/](?:http|pages)[\\/]/ },
];

/**
 * Bundles the server into `dist`, flat: code there finds its neighbours by
 * `import.meta.url`. Our own packages stay outside, so that a key made by
 * `@countersign/tokens` is the same kind of key everywhere.
 *
 * @param folder of the package
 */
export async function bundleServer(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: folder,
    input: entries,
    plugins: [plainAscii()],
    platform: 'node',
    external: [/^node:/, /^@countersign\//],
    onLog: (level, log, pass) => {
      if (level === 'warn') throw new Error(`bundling warned: ${log.message}`);
      pass(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: join(folder, 'dist'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  });
  await bundle.close();
  checkInside(
    output.flatMap((chunk) => (chunk.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : [])),
  );
  for (const asset of assets) copyFileSync(join(folder, asset), join(folder, 'dist', basename(asset)));
  writeFileSync(join(folder, 'dist', 'THIRD-PARTY-LICENSES.txt'), collectLicences(folder));
}

/** What is imported is a neighbour, a part of Node, or one of our packages. */
function checkInside(imports: readonly string[]): void {
  const outside = imports.filter((name) => !/^(node:|@countersign\/|[\w-]+\.js$)/.test(name));
  if (outside.length > 0) throw new Error(`not bundled: ${outside.join(', ')}`);
}

/** The list of common passwords is made from its words. */
const copiedData = ['@zxcvbn-ts/language-common'];

function collectLicences(folder: string): string {
  const names = new Set([...bundled, ...copiedData]);
  // A set that grows is walked to its end: what a package needs comes after it.
  for (const name of names) for (const needed of readPackage(folder, name).needs) names.add(needed);
  return [...names]
    .map((name) => {
      const { home, version } = readPackage(folder, name);
      const files = ['LICENSE', 'LICENSE.txt', 'LICENSE.md'].map((file) => join(home, file));
      const licence = files.find(existsSync);
      if (licence === undefined) throw new Error(`${name} has no licence`);
      return `${name} ${version}\n\n${readFileSync(licence, 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}

interface InstalledPackage {
  readonly home: string;
  readonly version: string;
  /** Names of its own dependencies. */
  readonly needs: readonly string[];
}

function readPackage(folder: string, name: string): InstalledPackage {
  const homes = [join(folder, 'node_modules', name), join(folder, '../../node_modules', name)];
  const home = homes.find(existsSync);
  if (home === undefined) throw new Error(`${name} is not installed`);
  const { version, dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return { home, version, needs: Object.keys(dependencies) };
}
