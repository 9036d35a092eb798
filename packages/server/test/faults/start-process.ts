import { type ChildProcess, spawn } from 'node:child_process';

export interface RunningProcess {
  readonly child: ChildProcess;
  /** `kill -9`, at once. */
  kill(): Promise<void>;
}

export interface Launch {
  /** A program and its parameters, for this runtime. */
  readonly parameters: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Not a launcher in between: `kill -9` must reach the process itself. */
export function startProcess({ parameters, directory, environment }: Launch): RunningProcess {
  const child = spawn(process.execPath, ['-C', '@countersign/source', ...parameters], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return {
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
      await promise;
    },
  };
}
