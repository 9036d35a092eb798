import { createRandom } from './random.ts';
import { accepted, type Case, isFailure, type Outcome, refused, type Target } from './target.ts';
import { pickTarget } from './pick-target.ts';

export interface FuzzTask {
  readonly seed: number;
  readonly worker: number;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly maxCases: number;
  /** Where the number of the case under way stands, by worker. */
  readonly progress: SharedArrayBuffer;
}

export interface FuzzFailure {
  readonly target: string;
  readonly caseNumber: number;
  readonly result: string;
  readonly input: string;
  readonly error: string;
  readonly keys: unknown;
}

export interface TargetCount {
  cases: number;
  reached: number;
  slowestMs: number;
  readonly results: Map<string, number>;
}

export interface FuzzReport {
  readonly counts: readonly TargetCount[];
  readonly failure: FuzzFailure | undefined;
}

async function attempt(drawn: Case): Promise<Outcome> {
  try {
    return accepted(await drawn.act());
  } catch (error) {
    return refused(error, drawn);
  }
}

/** Without a promise where none is needed: they cost as much as a case. */
function attemptNow(drawn: Case): Outcome | Promise<Outcome> {
  try {
    const result = drawn.act();
    return typeof result === 'string' ? accepted(result) : attempt({ ...drawn, act: () => result });
  } catch (error) {
    return refused(error, drawn);
  }
}

function count(into: TargetCount, { result, reachedCrypto }: Outcome, ms: number): void {
  into.cases += 1;
  if (reachedCrypto) into.reached += 1;
  into.slowestMs = Math.max(into.slowestMs, ms);
  into.results.set(result, (into.results.get(result) ?? 0) + 1);
}

/** Draw cases and try them, until the time is over, enough are done, or one fails. */
export async function fuzzCases(
  targets: readonly Target[],
  { seed, worker, untilMs, maxCases, progress }: FuzzTask,
): Promise<FuzzReport> {
  const counts = targets.map((): TargetCount => ({ cases: 0, reached: 0, slowestMs: 0, results: new Map() }));
  const done = new BigInt64Array(progress);
  const random = createRandom();
  for (let caseNumber = 0; caseNumber < maxCases; caseNumber++) {
    const startMs = performance.now();
    if (performance.timeOrigin + startMs > untilMs) break;
    Atomics.store(done, worker, BigInt(caseNumber));
    random.restart(seed, worker, caseNumber);
    const index = pickTarget(targets, random);
    const [target, into] = [targets[index], counts[index]];
    if (target === undefined || into === undefined) throw new RangeError('no such target');
    const drawn = target.draw(random);
    const attempted = attemptNow(drawn);
    const outcome = attempted instanceof Promise ? await attempted : attempted;
    count(into, outcome, performance.now() - startMs);
    if (isFailure(outcome)) {
      const error = String(outcome.error instanceof Error ? outcome.error.stack : outcome.error);
      const { result } = outcome;
      const keys = target.describe();
      return {
        counts,
        failure: { target: target.name, caseNumber, result, input: drawn.input, error, keys },
      };
    }
  }
  return { counts, failure: undefined };
}
