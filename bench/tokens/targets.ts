import type { Group } from './groups.ts';
import { median, medianDifference, medianRatio, type Timing } from './measure.ts';
import type { TokenResults } from './token-results.ts';

export interface Verdict {
  readonly target: string;
  /** As measured, in the unit of `wanted`. */
  readonly value: number;
  readonly wanted: number;
  readonly unit: '×' | 'µs' | 'ms' | 'kB' | 'MB' | '';
  readonly isMet: boolean;
}

type Judged = Pick<Group, 'algorithm' | 'act' | 'fault'>;

/** Target and verdict of each group; the numbers are those that were set for them. */
export function judge(
  { algorithm, act }: Judged,
  timings: readonly Timing[],
  accepted?: readonly Timing[],
): readonly Verdict[] {
  const ours = find(timings, 'Countersign');
  if (act === 'refuse') {
    const accepting = find(accepted ?? [], 'Countersign');
    const value = median(ours.wallNs) / median(accepting.wallNs);
    return [{ target: 'of what accepting costs, at most', value, wanted: 1, unit: '×', isMet: value <= 1 }];
  }
  if (algorithm === 'HS256') return ratios[act].map(([name, wanted]) => ratioTo(timings, name, wanted));
  const aboveBareUs = act === 'verify' ? 6 : 4;
  const bare = fastest(timings.filter(({ name }) => name.startsWith('bare')));
  const aboveUs = medianDifference(ours.wallNs, bare.wallNs) / 1000;
  const verdicts: Verdict[] = [
    {
      target: 'above the fastest bare form, at most',
      value: aboveUs,
      wanted: aboveBareUs,
      unit: 'µs',
      isMet: aboveUs <= aboveBareUs,
    },
  ];
  if (algorithm !== 'ES256') return verdicts;
  const wanted = act === 'verify' ? 1.6 : 2;
  return [...verdicts, ratioTo(timings, 'jose', wanted), ratioTo(timings, 'hono/jwt', wanted)];
}

const ratios: Readonly<Record<'sign' | 'verify', readonly (readonly [string, number])[]>> = {
  verify: [
    ['fast-jwt', 2.5],
    ['jsonwebtoken, KeyObject', 3.3],
    ['jose', 11],
  ],
  sign: [['fast-jwt', 2.2]],
};

/** Against the fastest form of that peer. */
function ratioTo(timings: readonly Timing[], name: string, wanted: number): Verdict {
  const peer = fastest(timings.filter((timing) => timing.name.startsWith(name)));
  const value = medianRatio(peer.wallNs, find(timings, 'Countersign').wallNs);
  return { target: `as fast as ${name}, at least`, value, wanted, unit: '×', isMet: value >= wanted };
}

function find(timings: readonly Timing[], name: string): Timing {
  const found = timings.find((timing) => timing.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}

function fastest(timings: readonly Timing[]): Timing {
  const [first] = [...timings].sort((one, other) => median(one.wallNs) - median(other.wallNs));
  if (first === undefined) throw new Error('nobody was measured');
  return first;
}

/** Size, start, memory: what is measured once. */
export function judgeOnce(
  results: Pick<TokenResults, 'importMs' | 'heap' | 'packedBytes' | 'dependencies'>,
): readonly Verdict[] {
  const importMs = median(results.importMs['Countersign'] ?? []);
  const grownMb = results.heap.grownBytes / 1e6;
  const packedKb = results.packedBytes / 1000;
  const { calls } = results.heap;
  return [
    {
      target: 'import, processor time, under',
      value: importMs,
      wanted: 15,
      unit: 'ms',
      isMet: importMs < 15,
    },
    { target: 'packed, under', value: packedKb, wanted: 60, unit: 'kB', isMet: packedKb < 60 },
    {
      target: 'dependencies',
      value: results.dependencies,
      wanted: 0,
      unit: '',
      isMet: results.dependencies === 0,
    },
    {
      target: `heap grown by ${calls} verifications, under`,
      value: grownMb,
      wanted: 1,
      unit: 'MB',
      isMet: grownMb < 1,
    },
  ];
}
