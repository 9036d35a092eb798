/**
 * `npm --prefix bench run tokens`: signing, verifying and refusing beside
 * peers, in the built package. Prints tables and writes `results/tokens.json`.
 *
 * `BENCH_ROUNDS` (default 9), `BENCH_SAMPLE_MS` (25), `BENCH_HEAP_CALLS` (10 000 000).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilQuiet } from '../quiet-machine.ts';
import { describeMachine } from '../results.ts';
import { buildTokens } from './built-package.ts';
import { measureImports } from './import-time.ts';
import type { MeasuredGroup } from './measure-tokens.ts';
import { judge, judgeOnce } from './targets.ts';
import { type TokenResults, writeTokenResults } from './token-results.ts';
import { writeFullTables, writeTokenConditions } from './token-table.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 9);
const heapCalls = process.env['BENCH_HEAP_CALLS'] ?? '10000000';
const algorithms = ['HS256', 'RS256', 'ES256', 'Ed25519', 'ML-DSA-44'];
const quietPatienceMs = 5000;

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
try {
  const results = await measure();
  writeTokenResults(results);
  process.stdout.write(`${writeFullTables(results)}\n\n${writeTokenConditions(results)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

async function measure(): Promise<TokenResults> {
  process.stderr.write('building\n');
  const built = buildTokens(folder);
  const ours = join(built.folder, 'dist/index.js');
  const environment = {
    ...process.env,
    BENCH_TOKENS: ours,
    BENCH_POOL: join(built.folder, 'dist/pool.js'),
    BENCH_VERSION: built.version,
  };
  const run = async (what: string, parameters: readonly string[]): Promise<string> => {
    const isQuiet = await untilQuiet(quietPatienceMs);
    process.stderr.write(`${what}${isQuiet ? '' : ', busy machine'}\n`);
    const [program = '', ...rest] = parameters;
    const path = fileURLToPath(new URL(program, import.meta.url));
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return execFileSync(process.execPath, ['--expose-gc', path, ...rest], {
      env: environment,
      stdio: [...stdio],
      encoding: 'utf8',
    });
  };
  const groups: TokenResults['groups'][number][] = [];
  for (const algorithm of algorithms) {
    const measured: readonly MeasuredGroup[] = JSON.parse(
      await run(algorithm, ['measure-tokens.ts', algorithm, String(rounds)]),
    );
    const accepted = measured.find(({ act }) => act === 'verify')?.timings ?? [];
    groups.push(...measured.map((group) => ({ ...group, verdicts: judge(group, group.timings, accepted) })));
  }
  const pool: TokenResults['pool'] = JSON.parse(await run('pool', ['pool.ts']));
  const heap: TokenResults['heap'] = JSON.parse(await run('heap', ['heap-growth.ts', heapCalls]));
  const once = {
    importMs: measureImports(folder, ours, rounds),
    heap,
    pool,
    packedBytes: built.packedBytes,
    dependencies: built.dependencies,
  };
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    node: process.versions.node,
    rounds,
    groups,
    ...once,
    verdicts: judgeOnce(once),
  };
}
