import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that a test needs and that npm does not install. */
interface Needed {
  readonly name: string;
  readonly debianPackage: string;
  isThere(): boolean;
}

const needed: readonly Needed[] = [
  { name: 'Chromium', debianPackage: 'chromium', isThere: () => findChromium() !== undefined },
  { name: 'PyJWT', debianPackage: 'python3-jwt', isThere: hasPyJwt },
  { name: 'jwcrypto', debianPackage: 'python3-jwcrypto', isThere: () => hasPythonModule('jwcrypto.jwe') },
];

/**
 * Installs what is missing where that is possible without asking: on Debian as
 * root. Elsewhere says what would help.
 *
 * @returns variables for the tests: where Chromium is, and what must be skipped
 */
export function prepareMachine(): Readonly<Record<string, string>> {
  const missing = needed.filter((one) => !one.isThere());
  if (missing.length > 0 && isDebianRoot()) installDebian(missing.map((one) => one.debianPackage));
  const skipped = needed.filter((one) => !one.isThere());
  for (const one of skipped) {
    process.stderr.write(
      `${one.name} is missing; to run its tests: sudo apt-get install -y ${one.debianPackage}\n`,
    );
  }
  if (skipped.length > 0 && process.env['CI'] === 'true') {
    throw new Error(
      `CI=true skips nothing, but ${skipped.map((one) => one.name).join(' and ')} could not be installed`,
    );
  }
  const chromium = findChromium();
  return chromium === undefined ? {} : { CHROMIUM: chromium };
}

export function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

export function hasPyJwt(): boolean {
  return hasPythonModule('jwt, cryptography');
}

/** @param names  as after `import`; always words of ours */
function hasPythonModule(names: string): boolean {
  return spawnSync('/usr/bin/python3', ['-c', `import ${names}`]).status === 0;
}

function isDebianRoot(): boolean {
  return existsSync('/etc/debian_version') && process.getuid?.() === 0;
}

function installDebian(packages: readonly string[]): void {
  process.stderr.write(`installing ${packages.join(', ')} (Debian)\n`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const parameters of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    spawnSync('apt-get', parameters, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
