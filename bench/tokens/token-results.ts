import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Results } from '../results.ts';
import type { MeasuredGroup } from './measure-tokens.ts';
import type { Verdict } from './targets.ts';

export interface PoolRow {
  /** 0: in the thread that serves. */
  readonly threads: number;
  readonly perSecond: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

export interface TokenResults {
  readonly date: string;
  readonly machine: Results['machine'];
  readonly node: string;
  readonly rounds: number;
  readonly groups: readonly (MeasuredGroup & { readonly verdicts: readonly Verdict[] })[];
  readonly importMs: Readonly<Record<string, readonly number[]>>;
  readonly heap: { readonly calls: number; readonly grownBytes: number };
  readonly pool: readonly PoolRow[];
  readonly packedBytes: number;
  readonly dependencies: number;
  /** Of all that is measured once, not in groups. */
  readonly verdicts: readonly Verdict[];
}

const file = new URL('../results/tokens.json', import.meta.url);

export function writeTokenResults(results: TokenResults): void {
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, round)}\n`);
}

/** What `npm --prefix bench run tokens` wrote last; `undefined` before the first time. */
export function readTokenResults(): TokenResults | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function round(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}
