/**
 * A process of its own for each algorithm, so that what one warms up does not
 * slow down another: `node measure-tokens.ts ES256 7`. JSON on standard output.
 */
import { type AlgorithmName } from './corpus.ts';
import { prepareGroups } from './groups.ts';
import { measureAll, type Timing } from './measure.ts';

export interface MeasuredGroup {
  readonly algorithm: AlgorithmName;
  readonly act: 'sign' | 'verify' | 'refuse';
  readonly fault?: string;
  readonly tokenBytes: number;
  readonly timings: readonly Timing[];
}

const algorithms = ['HS256', 'RS256', 'ES256', 'Ed25519', 'ML-DSA-44'] as const;
const [, , wanted, rounds] = process.argv;
const algorithm = algorithms.find((name) => name === wanted);
if (algorithm === undefined) throw new Error(`no algorithm ${wanted}`);
const measured: MeasuredGroup[] = [];
for (const { subjects, ...group } of await prepareGroups(algorithm)) {
  measured.push({ ...group, timings: await measureAll(subjects, Number(rounds ?? 7)) });
}
process.stdout.write(JSON.stringify(measured));
