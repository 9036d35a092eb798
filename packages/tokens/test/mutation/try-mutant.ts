import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from './judge.ts';
import { applyMutant, type Mutant } from './mutant.ts';
import { testsFor } from './scope.ts';

export type Verdict = 'killed' | 'timed out' | 'survived';

/** A copy of the package, so that the tree may change meanwhile. */
export interface Snapshot {
  readonly packageFolder: string;
  remove(): void;
}

export function takeSnapshot(packageFolder: string, modulesFolder: string): Snapshot {
  const root = mkdtempSync(join(tmpdir(), 'mutation-'));
  const copy = join(root, 'packages', 'tokens');
  cpSync(packageFolder, copy, { recursive: true, filter: (path) => !/\/(dist|node_modules)$/.test(path) });
  symlinkSync(modulesFolder, join(root, 'node_modules'));
  return { packageFolder: copy, remove: () => rmSync(root, { recursive: true }) };
}

export interface Judge {
  /** @param step  0: the tests that notice most; 1: all the others */
  tryMutant(mutant: Mutant, step: 0 | 1): Promise<Verdict>;
  /** Whether the tests pass without any change; otherwise every verdict would be worthless. */
  doesPassUnchanged(source: string, steps: readonly (0 | 1)[]): Promise<boolean>;
  close(): void;
}

/** Several times what the tests need, in seconds of the processor. */
const maxCpuSeconds = [10, 40] as const;

/** Tests that wait for ever take no time of the processor. */
const maxWaitMs = 600_000;

/** Nothing that was loaded is ever freed, so a process judges this many and makes way for another one. */
const roundsOfProcess = 60;

export function openJudge(packageFolder: string): Judge {
  let child: ChildProcess | undefined;
  let rounds = 0;
  const judge = (source: string, text: string, step: 0 | 1): Promise<Verdict> => {
    const tests = testsFor(source, packageFolder)[step].map((file) => join(packageFolder, 'test', file));
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.killed)
      child = start(packageFolder);
    const path = join(packageFolder, 'src', source);
    return ask(child, { path, text, tests, cpuSeconds: maxCpuSeconds[step] });
  };
  const read = (source: string): string => readFileSync(join(packageFolder, 'src', source), 'utf8');
  return {
    async tryMutant(mutant, step) {
      const verdict = await judge(mutant.file, applyMutant(read(mutant.file), mutant), step);
      if (++rounds % roundsOfProcess === 0) {
        // A change that spoiled the process itself would have failed all that came after it.
        if ((await judge(mutant.file, read(mutant.file), 0)) !== 'survived')
          throw new Error(`after the changes of ${mutant.file}, its tests fail without any`);
        child?.kill('SIGKILL');
      }
      return verdict;
    },
    async doesPassUnchanged(source, steps) {
      for (const step of steps) if ((await judge(source, read(source), step)) !== 'survived') return false;
      return true;
    },
    close: () => void child?.kill('SIGKILL'),
  };
}

function start(packageFolder: string): ChildProcess {
  return fork(join(packageFolder, 'test/mutation/judge.ts'), {
    cwd: packageFolder,
    execArgv: ['-C', '@countersign/source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function ask(child: ChildProcess, question: Question): Promise<Verdict> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), maxWaitMs);
    const settle = (verdict: Verdict): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      resolve(verdict);
    };
    child.once('message', (passed) => settle(passed === true ? 'survived' : 'killed'));
    child.once('exit', (_, signal) => settle(signal === null ? 'killed' : 'timed out'));
    child.send(question);
  });
}
