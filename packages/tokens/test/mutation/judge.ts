/**
 * Runs tests against one changed source after the other, in one process: each time the package and its tests
 * are loaded anew under other addresses, while Node's and the tests' tools stay. Ten times as quick as a
 * process for each change.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';

/** One question of the parent: do these tests pass with this text in place of that file? */
export interface Question {
  readonly path: string;
  readonly text: string;
  readonly tests: readonly string[];
  readonly cpuSeconds: number;
}

type Body = (context: object) => unknown;
const isBody = (value: unknown): value is Body => typeof value === 'function';
interface CollectedTest {
  readonly name: string;
  readonly body: Body;
}

let round = 0;
let changed = { path: '', text: '' };
let collected: CollectedTest[] = [];
const stripped = new Map<string, string>();
const testApi = 'mutation:node-test';

Object.assign(globalThis, {
  collectTest: (name: string, ...rest: readonly (object | Body)[]): void => {
    const body = rest.find(isBody);
    if (body !== undefined) collected.push({ name, body });
  },
});

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'node:test') return { url: testApi, format: 'module', shortCircuit: true };
    const resolved = next(specifier, context);
    if (round === 0 || !isOurs(resolved.url)) return resolved;
    return { ...resolved, url: `${resolved.url}?round=${round}` };
  },
  load(url, context, next) {
    if (url === testApi) {
      const source = 'export const test = globalThis.collectTest; export default test;';
      return { format: 'module', source, shortCircuit: true };
    }
    if (!url.includes('?round=')) return next(url, context);
    return { format: 'module', source: sourceOf(fileURLToPath(url)), shortCircuit: true };
  },
});

const isOurs = (url: string): boolean =>
  url.startsWith('file:') && url.endsWith('.ts') && !url.includes('/node_modules/');

function sourceOf(path: string): string {
  if (path === changed.path) return stripTypeScriptTypes(changed.text);
  const source = stripped.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'));
  stripped.set(path, source);
  return source;
}

async function doesPass(files: readonly string[]): Promise<boolean> {
  for (const file of files) {
    collected = [];
    try {
      await import(pathToFileURL(file).href);
      for (const { body } of collected) await body({});
    } catch {
      return false;
    }
  }
  return true;
}

fc.configureGlobal({ seed: 1, endOnFailure: true });
async function answer(tests: readonly string[]): Promise<void> {
  const passed = await doesPass(tests);
  Atomics.store(state, 1, 0);
  process.send?.(passed);
}

/** Round and seconds of the processor that it may take; 0 while nothing is asked. */
const state = new Int32Array(new SharedArrayBuffer(8));
const watchdog = new Worker(new URL('watchdog.ts', import.meta.url), { workerData: state });
watchdog.unref();

process.on('message', ({ path, text, tests, cpuSeconds }: Question) => {
  round++;
  changed = { path, text };
  Atomics.store(state, 1, cpuSeconds);
  Atomics.store(state, 0, round);
  void answer(tests);
});
// A change can break something that no test awaits.
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => process.exit(1));
