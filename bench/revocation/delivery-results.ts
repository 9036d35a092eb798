import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { describeMachine } from '../results.ts';

export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly figures: Readonly<Record<string, number>>;
  /** By the names of the figures. */
  readonly targets: Readonly<Record<string, number>>;
}

/** @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Report {
  readonly date: string;
  /** Of one minute. */
  readonly load: number;
  readonly node: string;
  readonly lines: readonly Line[];
}

/** @returns undefined where that part was never measured */
export function readReport(name: string): Report | undefined {
  const file = fileOf(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function fileOf(name: string): URL {
  return new URL(`../results/revocation-${name}.json`, import.meta.url);
}

export function writeLines(lines: readonly Line[]): string {
  const rows = lines.map(({ what, unit, figures, targets }) => {
    const shown = Object.entries(figures).map(([key, value]) => `${key} ${value.toFixed(1)}`);
    const asked = Object.entries(targets).map(([key, target]) => {
      const isLeast = key.startsWith('times');
      const value = figures[key] ?? Number.NaN;
      const isMet = isLeast ? value >= target : value <= target;
      return `${key} ${isLeast ? '≥' : '≤'} ${target}: ${isMet ? 'met' : 'MISSED'}`;
    });
    return `| ${what} | ${unit} | ${shown.join(', ')} | ${asked.join(', ')} |`;
  });
  return ['| what | unit | measured | target |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** Prints a table, and writes it as `results/revocation-<name>.json`. */
export function reportLines(name: string, lines: readonly Line[]): void {
  const [load = 0] = loadavg();
  const table = writeLines(lines);
  process.stdout.write(`${table}\n\nLoad of the machine (1 minute): ${load.toFixed(1)}\n`);
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const results = { date, machine: describeMachine(), node: process.versions.node, load, lines };
  const text = JSON.stringify(
    results,
    (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value),
    2,
  );
  writeFileSync(fileOf(name), `${text}\n`);
}
