import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface RunningScript {
  /** Everything that was printed until it was ready. */
  readonly printed: string;
  /** Ctrl-C. @returns the exit code, or the signal by which the shell of npm ended itself */
  interrupt(): Promise<number | NodeJS.Signals>;
}

export interface Script {
  /** Arguments of npm. */
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What it prints when everything listens. */
  readonly ready: string;
  /** Called when it has ended, however it did. */
  readonly clean?: () => void;
}

export const root: string = fileURLToPath(new URL('..', import.meta.url));
const patienceMs = 60_000;

/** Runs a script of the root's package.json as a person would. */
export async function runScript({ words, environment, ready, clean }: Script): Promise<RunningScript> {
  const child = spawn('npm', words, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const exited = Promise.withResolvers<number | NodeJS.Signals>();
  child.once('exit', (code, signal) => {
    clean?.();
    exited.resolve(signal ?? code ?? 1);
  });
  const interrupt = (): Promise<number | NodeJS.Signals> => {
    // A terminal sends Ctrl-C to the whole group: npm and what it started.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    return exited.promise;
  };
  const printed = await readUntilReady(child, { ready, exited: exited.promise }).catch(
    async (error: unknown) => {
      await interrupt();
      throw error;
    },
  );
  return { printed, interrupt };
}

function readUntilReady(
  child: ReturnType<typeof spawn>,
  { ready, exited }: { readonly ready: string; readonly exited: Promise<unknown> },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let printed = '';
  const timer = setTimeout(() => reject(new Error(`not ready in time:\n${printed}`)), patienceMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes(ready)) resolve(printed);
    });
  }
  exited.then(() => reject(new Error(`ended before it was ready:\n${printed}`)), reject);
  return promise.finally(() => clearTimeout(timer));
}
