import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMutant, type Mutant } from './mutant.ts';
import { testsFor } from './scope.ts';

export type Verdict = 'killed' | 'timed out' | 'survived';

/** A copy of the package in which one source at a time is changed. */
export interface Workshop {
  readonly packageFolder: string;
  /** @param step  0: the tests that notice most; 1: all the others */
  tryMutant(mutant: Mutant, step: 0 | 1): Promise<Verdict>;
  /** Whether the tests pass without any change; otherwise every verdict would be worthless. */
  tryUnchanged(source: string): Promise<boolean>;
  close(): void;
}

/**
 * Tests that a mutant keeps from ending are stopped after this much time of the processor, several times
 * what they need: how busy the machine is with other things decides nothing.
 */
const maxCpuSeconds = [10, 40] as const;

export function openWorkshop(packageFolder: string, modulesFolder: string): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'mutation-'));
  const copy = join(root, 'packages', 'tokens');
  cpSync(packageFolder, copy, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
  symlinkSync(modulesFolder, join(root, 'node_modules'));
  const runStep = async (source: string, step: 0 | 1): Promise<Verdict> => {
    const files = testsFor(source, copy)[step];
    return files.length === 0 ? 'survived' : runTests(copy, files, maxCpuSeconds[step]);
  };
  return {
    packageFolder: copy,
    async tryMutant(mutant, step) {
      const path = join(copy, 'src', mutant.file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, applyMutant(text, mutant));
      try {
        return await runStep(mutant.file, step);
      } finally {
        writeFileSync(path, text);
      }
    },
    tryUnchanged: async (source) =>
      (await runStep(source, 0)) === 'survived' && (await runStep(source, 1)) === 'survived',
    close: () => rmSync(root, { recursive: true }),
  };
}

function runTests(copy: string, files: readonly string[], cpuSeconds: number): Promise<Verdict> {
  const parameters = ['-C', '@countersign/source', 'test/mutation/run-tests.ts'];
  const command = [process.execPath, ...parameters, ...files.map((file) => `test/${file}`)];
  const child = spawn('sh', ['-c', 'ulimit -t "$0" && exec "$@"', String(cpuSeconds), ...command], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, NODE_COMPILE_CACHE: join(copy, '..', 'compiled') },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve('timed out');
      else resolve(code === 0 ? 'survived' : 'killed');
    });
  });
}
