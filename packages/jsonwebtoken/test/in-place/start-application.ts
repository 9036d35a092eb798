import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export interface Application {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** What it wrote on standard error so far. */
  readonly errors: () => string;
}

/**
 * Run one of the documents' servers, as it stands there, on the drop-in.
 *
 * @param name  of a file in `vectors`
 * @param rest  lines behind it
 */
export async function startApplication(context: TestContext, name: string, rest = ''): Promise<Application> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-jsonwebtoken-'));
  const file = join(folder, 'server.cjs');
  writeFileSync(file, readFileSync(new URL(`../vectors/${name}.txt`, import.meta.url), 'utf8') + rest);
  const hooks = fileURLToPath(new URL('resolve.mjs', import.meta.url));
  const child = spawn(process.execPath, ['-C', '@countersign/source', '--import', hooks, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => {
    child.kill();
    rmSync(folder, { recursive: true });
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const port = await portOf(child, () => errors);
  return { fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init), errors: () => errors };
}

function portOf(child: ChildProcess, errors: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const [, port] = /port (\d+)/.exec(output) ?? [];
    if (port !== undefined) resolve(port);
  });
  child.once('exit', () => reject(new Error(errors())));
  return promise;
}
