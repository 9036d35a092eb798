import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { testsFor } from './scope.ts';
import type { Verdict } from './try-mutant.ts';

/** What earlier runs found, one line each, so that a repeated run tries only what changed since. */
export interface VerdictCache {
  find(mutant: Mutant, step: 0 | 1): Verdict | undefined;
  keep(mutant: Mutant, step: 0 | 1, verdict: Verdict): void;
}

/** What the tests share. */
const support = ['forge.ts', 'encrypted.ts', 'mutation/judge.ts'];

/**
 * A verdict holds as long as the changed source and the tests that judged it stay as they were.
 * Does NOT notice that a source it imports became another one; `--fresh` tries everything again.
 */
export function openVerdictCache(path: string, packageFolder: string): VerdictCache {
  const known = new Map<string, string>(readLines(path).map((line) => splitAtSpace(line)));
  const digests = new Map<string, string>();
  const digestOf = (source: string, step: 0 | 1): string => {
    const id = `${step} ${source}`;
    const files = [`src/${source}`, ...[...testsFor(source, packageFolder)[step], ...support].map(inTests)];
    const digest = digests.get(id) ?? digestFiles(files.map((file) => join(packageFolder, file)));
    digests.set(id, digest);
    return digest;
  };
  const keyOf = ({ file, start, end, to }: Mutant, step: 0 | 1): string =>
    sha256(JSON.stringify([digestOf(file, step), start, end, to]));
  mkdirSync(dirname(path), { recursive: true });
  return {
    find: (mutant, step) => asVerdict(known.get(keyOf(mutant, step))),
    keep: (mutant, step, verdict) => appendFileSync(path, `${keyOf(mutant, step)} ${verdict}\n`),
  };
}

const inTests = (file: string): string => `test/${file}`;

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

function splitAtSpace(line: string): [string, string] {
  const at = line.indexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
}

const verdicts: readonly Verdict[] = ['killed', 'timed out', 'survived'];

const asVerdict = (text: string | undefined): Verdict | undefined =>
  verdicts.find((verdict) => verdict === text);

const digestFiles = (paths: readonly string[]): string =>
  sha256(paths.map((path) => sha256(readFileSync(path, 'utf8'))).join());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
