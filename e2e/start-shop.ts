import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../packages/server/test/free-port.ts';

export interface RunningShop {
  readonly issuer: string;
  readonly url: string;
  /** Everything that was printed until both servers were healthy. */
  readonly printed: string;
  /** Ctrl-C. @returns the exit code, or the signal by which the shell of npm ended itself */
  interrupt(): Promise<number | NodeJS.Signals>;
}

export const root: string = fileURLToPath(new URL('..', import.meta.url));
const ready = 'Ctrl-C stops both servers.';
const patienceMs = 60_000;

/** Runs the README's `npm start` on free ports and a database of its own. */
export async function startShop(): Promise<RunningShop> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-shop-'));
  const [authPort, shopPort] = await Promise.all([findFreePort(), findFreePort()]);
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      COUNTERSIGN_PORT: String(authPort),
      SHOP_PORT: String(shopPort),
      COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'shop.db')}`,
      COUNTERSIGN_MASTER_KEY_FILE: undefined,
    },
  });
  const exited = Promise.withResolvers<number | NodeJS.Signals>();
  child.once('exit', (code, signal) => {
    rmSync(folder, { recursive: true, force: true });
    exited.resolve(signal ?? code ?? 1);
  });
  const interrupt = (): Promise<number | NodeJS.Signals> => {
    // A terminal sends Ctrl-C to the whole group: npm and what it started.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
    return exited.promise;
  };
  const printed = await readUntilReady(child, exited.promise).catch(async (error: unknown) => {
    await interrupt();
    throw error;
  });
  return { issuer: `http://localhost:${authPort}`, url: `http://localhost:${shopPort}`, printed, interrupt };
}

function readUntilReady(child: ReturnType<typeof spawn>, exited: Promise<unknown>): Promise<string> {
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
