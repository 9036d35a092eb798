import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMutant, type Mutant } from './mutant.ts';
import { testsFor } from './scope.ts';

export type Verdict = 'killed' | 'timed out' | 'survived';

/** A copy of the package in which one source at a time is changed. */
export interface Workshop {
  tryMutant(mutant: Mutant): Promise<Verdict>;
  /** Whether the tests pass without any change; otherwise every verdict would be worthless. */
  tryUnchanged(source: string): Promise<boolean>;
  close(): void;
}

/** Tests that a mutant keeps from ending are stopped after this. */
const timeoutMs = 30_000;

export function openWorkshop(packageFolder: string, modulesFolder: string): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'mutation-'));
  const copy = join(root, 'packages', 'tokens');
  cpSync(packageFolder, copy, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
  symlinkSync(modulesFolder, join(root, 'node_modules'));
  const runFor = async (source: string): Promise<Verdict> => {
    for (const files of testsFor(source, copy)) {
      const verdict = files.length === 0 ? 'survived' : await runTests(copy, files);
      if (verdict !== 'survived') return verdict;
    }
    return 'survived';
  };
  return {
    async tryMutant(mutant) {
      const path = join(copy, 'src', mutant.file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, applyMutant(text, mutant));
      try {
        return await runFor(mutant.file);
      } finally {
        writeFileSync(path, text);
      }
    },
    tryUnchanged: async (source) => (await runFor(source)) === 'survived',
    close: () => rmSync(root, { recursive: true }),
  };
}

function runTests(copy: string, files: readonly string[]): Promise<Verdict> {
  const parameters = ['-C', '@countersign/source', 'test/mutation/run-tests.ts'];
  const child = spawn(process.execPath, [...parameters, ...files.map((file) => `test/${file}`)], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, NODE_COMPILE_CACHE: join(copy, '..', 'compiled') },
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) resolve('timed out');
      else resolve(code === 0 ? 'survived' : 'killed');
    });
  });
}
