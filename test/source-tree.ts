import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('..', import.meta.url));

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Lines that hold code: neither blank nor comment. */
  readonly codeLines: number;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  /** Path from the root for a relative import; undefined for a package. */
  readonly target: string | undefined;
  readonly isTypeOnly: boolean;
}

const importForm =
  /^\s*(?:import|export)\s+(?<type>type\s)?(?:[^'";]*?\sfrom\s+)?'(?<from>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'\s*\)/gm;

/** Every TypeScript file below the patterns, with its imports. */
export function readSources(...patterns: readonly string[]): readonly SourceFile[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] }))
    .map((found) => found.split(sep).join('/'))
    .sort()
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const uncommented = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return {
    path,
    text,
    codeLines: uncommented.split('\n').filter((line) => line.trim() !== '').length,
    imports: [...uncommented.matchAll(importForm)].map((match) => toImport(path, match)),
  };
}

function toImport(path: string, match: RegExpExecArray): Import {
  const specifier = match.groups?.['from'] ?? match.groups?.['dynamic'] ?? '';
  const target = specifier.startsWith('.')
    ? relative(root, join(root, dirname(path), specifier))
        .split(sep)
        .join('/')
    : undefined;
  return { specifier, target, isTypeOnly: match.groups?.['type'] !== undefined };
}
