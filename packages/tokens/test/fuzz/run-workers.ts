import { Worker } from 'node:worker_threads';
import { targets } from './targets.ts';
import type { FuzzFailure, FuzzReport, FuzzTask, TargetCount } from './fuzz-cases.ts';

export interface FuzzRun {
  readonly seed: number;
  readonly seconds: number;
  readonly workers: number;
  /** A case that takes longer counts as one that never ends. */
  readonly hangSeconds: number;
}

export interface FuzzResult {
  readonly rows: readonly (TargetCount & { readonly name: string })[];
  readonly failures: readonly FuzzFailure[];
}

/** Fuzz on several threads for a time, and add up what they counted. */
export async function runWorkers({ seed, seconds, workers, hangSeconds }: FuzzRun): Promise<FuzzResult> {
  const progress = new SharedArrayBuffer(8 * workers);
  const untilMs = performance.timeOrigin + performance.now() + seconds * 1000;
  const numbers = Array.from({ length: workers }, (_, worker) => worker);
  const reports = await Promise.all(
    numbers.map((worker) =>
      runWorker({ seed, worker, untilMs, maxCases: Number.MAX_SAFE_INTEGER, progress }, hangSeconds),
    ),
  );
  const rows = targets.map(({ name }, index) => ({
    name,
    ...addUp(reports.flatMap(({ counts }) => counts[index] ?? [])),
  }));
  return { rows, failures: reports.flatMap(({ failure }) => failure ?? []) };
}

function runWorker(task: FuzzTask, hangSeconds: number): Promise<FuzzReport> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task });
  const done = new BigInt64Array(task.progress);
  let last = -1n;
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      const current = Atomics.load(done, task.worker);
      if (current === last && current !== 0n) {
        clearInterval(watch);
        resolve({ counts: [], failure: hang(Number(current)) });
        worker.terminate().catch(reject);
      }
      last = current;
    }, hangSeconds * 1000);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => clearInterval(watch));
  });
}

const hang = (caseNumber: number): FuzzFailure => ({
  target: 'unknown',
  caseNumber,
  result: 'hang',
  input: 'make it again from the seed, the worker and the number',
  error: 'the case did not end',
  keys: undefined,
});

function addUp(counts: readonly TargetCount[]): TargetCount {
  const sum: TargetCount = { cases: 0, reached: 0, slowestMs: 0, results: new Map() };
  for (const { cases, reached, slowestMs, results } of counts) {
    sum.cases += cases;
    sum.reached += reached;
    sum.slowestMs = Math.max(sum.slowestMs, slowestMs);
    for (const [result, times] of results) sum.results.set(result, (sum.results.get(result) ?? 0) + times);
  }
  return sum;
}
