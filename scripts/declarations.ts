import { globSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/**
 * Deletes every declaration file that no entry point reaches. Published types
 * then show the public surface and mention no package that is bundled.
 */
export function pruneDeclarations(folder: string, entries: readonly string[]): void {
  const reached = new Set<string>();
  const walk = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
      walk(normalize(join(dirname(file), specifier.replace(/\.(js|ts)$/, '.d.ts'))));
    }
  };
  for (const entry of entries) walk(entry);
  for (const file of globSync('**/*.d.ts', { cwd: folder })) {
    if (!reached.has(normalize(file))) rmSync(join(folder, file));
  }
  removeEmptyFolders(folder);
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** `tsc` leaves `./x.ts` in declarations; what is published there is `./x.js`. */
export function rewriteDeclarations(folder: string): void {
  for (const file of globSync('**/*.d.ts', { cwd: folder })) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/((?:from|import\()\s*['"]\.[^'"]+)\.ts(['"])/g, '$1.js$2'));
  }
}

/**
 * Takes out the functions and constants that no entry point publishes and no other file mentions, with
 * their documentation: the types of others never need them, and in a library
 * of many small modules they are half of the text.
 */
export function dropInternals(folder: string, entries: readonly string[]): void {
  const files = globSync('**/*.d.ts', { cwd: folder });
  const isEntry = (file: string): boolean => entries.some((entry) => normalize(entry) === normalize(file));
  const published = new Set(files.flatMap((file) => mentionedIn(join(folder, file), isEntry(file))));
  for (const file of files) {
    if (isEntry(file)) continue;
    const path = join(folder, file);
    const statement =
      /(?:^\/\*\*(?:(?!\*\/)[^])*\*\/\n)?^export declare (?:function|const) (\w+)[^\n]*?(?:;\n|\n(?:[ \t][^\n]*\n)+\}[^\n]*;\n|\n(?:[ \t][^\n]*\n)+\)[^\n]*;\n)/gm;
    const text = readFileSync(path, 'utf8').replace(statement, (whole: string, name: string) =>
      published.has(name) || /\btypeof\b/.test(whole) ? whole : '',
    );
    writeFileSync(path, text.includes('export') ? text : `${text}export {};\n`);
  }
}

/** What a file takes from others or passes on; of an entry point every word. */
function mentionedIn(path: string, isEntry: boolean): readonly string[] {
  const text = readFileSync(path, 'utf8');
  const clauses = isEntry ? [text] : (text.match(/^(?:import|export)[^;=]*?from [^;]*;/gm) ?? []);
  return clauses.flatMap((clause) => clause.match(/\b[A-Za-z_]\w*\b/g) ?? []);
}
