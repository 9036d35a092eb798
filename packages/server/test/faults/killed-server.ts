import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../free-port.ts';

/** Not the launcher: `kill -9` must reach the process that has the database. */
const program = [
  '-C',
  '@countersign/source',
  fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)),
];

/** A real server process on a database of its own, that can be killed and started again. */
export interface KilledServer {
  readonly issuer: string;
  /** @returns milliseconds until it was ready */
  start(): Promise<number>;
  /** `kill -9`, at once. */
  kill(): Promise<void>;
  /** Runs a command of `countersign` on the same database. */
  run(parameters: readonly string[], input: string): Promise<void>;
  remove(): Promise<void>;
}

/** Long: on a busy machine a start waits for its turn. How long one may take is for the test to say. */
const patienceMs = 120_000;

export async function prepareServer(): Promise<KilledServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-kill-'));
  const port = await findFreePort();
  const issuer = `http://localhost:${port}`;
  const environment = {
    ...process.env,
    COUNTERSIGN_MODE: 'development',
    COUNTERSIGN_ISSUER: issuer,
    COUNTERSIGN_PORT: String(port),
    COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'countersign.db')}`,
    COUNTERSIGN_TRUSTED_PROXIES: '127.0.0.1',
    COUNTERSIGN_ARGON2_MEMORY_KIB: '64',
    COUNTERSIGN_ARGON2_PASSES: '1',
    COUNTERSIGN_LOG_LEVEL: 'error',
  };
  let child: ChildProcess | undefined;
  const launch = (parameters: readonly string[], input: 'ignore' | 'pipe'): ChildProcess =>
    spawn(process.execPath, [...program, ...parameters], {
      cwd: folder,
      env: environment,
      stdio: [input, 'ignore', 'inherit'],
    });
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
    await promise;
  };
  return {
    issuer,
    async start() {
      const startedAt = performance.now();
      child = launch(['serve'], 'ignore');
      await waitUntilReady(issuer, child);
      return performance.now() - startedAt;
    },
    kill,
    async run(parameters, input) {
      const command = launch(parameters, 'pipe');
      command.stdin?.end(input);
      const { promise, resolve } = Promise.withResolvers<number | null>();
      command.once('exit', resolve);
      if ((await promise) !== 0) throw new Error(`countersign ${parameters.join(' ')} failed`);
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady(issuer: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const response = await fetch(`${issuer}/health/ready`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the server was not ready in time');
}
