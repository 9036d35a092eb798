import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from './source-tree.ts';

export interface Document {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every page of the project's documentation. */
export function readDocuments(): readonly Document[] {
  return globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/*.md', 'bench/*.md'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  })
    .map((found) => found.split(sep).join('/'))
    .sort()
    .map(readDocument);
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** The cells of every row of a table whose first cell is a name in backticks; the name without them. */
export function readRows(text: string): readonly (readonly string[])[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', ...cells] = line
      .replace(/^\|/, '')
      .replace(/\|\s*$/, '')
      .split('|')
      .map((cell) => cell.trim());
    const bare = /^`([^`]+)`$/.exec(name)?.[1];
    return line.startsWith('|') && bare !== undefined ? [[bare, ...cells]] : [];
  });
}

/** What stands below a heading, up to the next one of its level. */
export function readSection(text: string, title: string): string {
  const [, section] = text.split(`\n## ${title}\n`);
  if (section === undefined) throw new Error(`there is no section "${title}"`);
  return section.split('\n## ')[0] ?? '';
}
