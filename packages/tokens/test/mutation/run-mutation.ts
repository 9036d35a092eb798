/**
 * `npm run mutation [-- --files jws/header.ts,jwt/ --workers 2 --fresh --json FILE]`
 *
 * Changes one small thing at a time in the sources that decide whether a token
 * is good, runs the tests of the package against each change, and fails when
 * fewer than 95 of 100 changes are noticed, or when a row of `equivalents.ts` fits no change any more.
 * Verdicts are kept in `node_modules/.cache` and asked first, unless the run is to be `--fresh`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isEquivalent, listStale } from './equivalents.ts';
import { listMutants } from './list-mutants.ts';
import { type Mutant, showMutant } from './mutant.ts';
import { listSources } from './scope.ts';
import { openJudge, takeSnapshot, type Verdict } from './try-mutant.ts';
import { openVerdictCache } from './verdict-cache.ts';

const minKilledShare = 0.95;

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
    fresh: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const modulesFolder = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
// Whoever else works on this machine goes first.
setPriority(10);
const snapshot = takeSnapshot(fileURLToPath(new URL('../..', import.meta.url)), modulesFolder);
const cache = openVerdictCache(
  join(modulesFolder, '.cache', 'countersign-mutation.txt'),
  snapshot.packageFolder,
);
const sources = listSources(snapshot.packageFolder, values.files.split(',').filter(Boolean));
const mutants = sources.flatMap((file) =>
  listMutants(readFileSync(join(snapshot.packageFolder, 'src', file), 'utf8'), file),
);

const verdicts = new Map<Mutant, Verdict>();

async function work(queue: Mutant[], step: 0 | 1): Promise<void> {
  const judge = openJudge(snapshot.packageFolder);
  try {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const known = values.fresh ? undefined : cache.find(mutant, step);
      const verdict = known ?? (await judge.tryMutant(mutant, step));
      if (known === undefined) cache.keep(mutant, step, verdict);
      verdicts.set(mutant, verdict);
      if (verdict === 'survived' && !isEquivalent(mutant))
        write(`${step === 0 ? 'left by the first tests' : 'survived'}  ${showMutant(mutant)}`);
    }
  } finally {
    judge.close();
  }
}

/** Those that nothing noticed yet. */
async function tryAll(mutants: readonly Mutant[], step: 0 | 1): Promise<readonly Mutant[]> {
  const queue = [...mutants];
  await Promise.all(Array.from({ length: Number(values.workers) }, () => work(queue, step)));
  return mutants.filter((mutant) => verdicts.get(mutant) === 'survived');
}

const judge = openJudge(snapshot.packageFolder);
for (const [at, file] of sources.entries())
  if (!(await judge.doesPassUnchanged(file, at === 0 ? [0, 1] : [0])))
    throw new Error(`the tests of ${file} fail without any change`);
judge.close();

const left = await tryAll(mutants, 0);
write(`${mutants.length - left.length} of ${mutants.length} changes noticed by the first tests`);
const unexplained = left.filter((mutant) => !isEquivalent(mutant));
await tryAll(unexplained, 1);
snapshot.remove();
// What a row calls equivalent counts as such only where no test noticed it.
const excluded = new Set(left.filter(isEquivalent));
const wanted = mutants.filter((mutant) => !excluded.has(mutant));

for (const file of sources) {
  const ofFile = wanted.filter((mutant) => mutant.file === file);
  const killed = ofFile.filter((mutant) => verdicts.get(mutant) !== 'survived').length;
  write(`${file.padEnd(28)}${String(killed).padStart(5)} of ${ofFile.length}`);
}
const killed = wanted.filter((mutant) => verdicts.get(mutant) !== 'survived').length;
const share = killed / Math.max(1, wanted.length);
const stale = listStale(sources, [...excluded]);
for (const { file, lineText } of stale)
  write(`no such change any more, or a test notices it: ${file}: ${lineText}`);
write(
  `${killed} of ${wanted.length} changes noticed (${(100 * share).toFixed(1)} %), ` +
    `${excluded.size} more change nothing that can be seen`,
);
if (values.json !== undefined) {
  writeFileSync(
    values.json,
    JSON.stringify(wanted.map((mutant) => ({ ...mutant, verdict: verdicts.get(mutant) }))),
  );
}
if (share < minKilledShare || stale.length > 0) process.exitCode = 1;
