import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { createDenyState } from '../../src/index.ts';

/** One place of the source, changed. */
export interface Mutation {
  readonly file: string;
  /** Stands once in the file. */
  readonly from: string;
  readonly to: string;
}

/**
 * The package with one place changed, loaded from a copy.
 * @throws Error where the place is gone: then the mutation must be written anew
 */
export async function loadMutant({ file, from, to }: Mutation): Promise<typeof createDenyState> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    symlinkSync(join(root, '../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const path = join(folder, 'src', file);
    const parts = readFileSync(path, 'utf8').split(from);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
    writeFileSync(path, parts.join(to));
    const mutant = await import(pathToFileURL(join(folder, 'src', 'deny-state.ts')).href);
    return mutant.createDenyState;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
