import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Sample } from './measure-process.ts';

export interface Row {
  readonly name: string;
  readonly version: string;
  readonly setup: string;
  readonly samples: readonly Sample[];
}

export interface Results {
  readonly date: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly platform: string };
  readonly node: string;
  readonly rounds: number;
  readonly targets: { readonly firstAnswerMs: number; readonly residentMb: number };
  readonly rows: readonly Row[];
}

const file = new URL('results/server.json', import.meta.url);

export function describeMachine(): Results['machine'] {
  const [first] = cpus();
  return {
    cores: cpus().length,
    cpu: first?.model.trim() ?? 'unknown',
    platform: `${process.platform}-${process.arch}`,
  };
}

export function writeResults(results: Results): void {
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, round, 2)}\n`);
}

/** What `npm --prefix bench run server` wrote last. */
export function readResults(): Results {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function round(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
