import type { Sample } from './measure-process.ts';
import type { Results, Row } from './results.ts';

/** Markdown; a figure is the median, and in brackets the lowest and the highest of the rounds. */
export function writeTable({ rows, targets }: Results): string {
  const lines = [
    '| | first 200, ms | resident when idle, MB | of it its own alone, MB | processor, ms |',
    '| --- | --: | --: | --: | --: |',
    ...rows.map((row) => {
      const figures = [
        spread(row, 'firstAnswerMs', 0),
        spread(row, 'residentMb', 1),
        spread(row, 'anonymousMb', 1),
        spread(row, 'cpuMs', 0),
      ];
      return `| ${row.name} ${row.version}: ${row.setup} | ${figures.join(' | ')} |`;
    }),
    `| target | < ${targets.firstAnswerMs} | < ${targets.residentMb} | | |`,
  ];
  return lines.join('\n');
}

/** How it was measured, in two sentences. */
export function writeConditions({ rows, rounds, machine, node, date }: Results): string {
  const shared = rows.map((row) => `${row.name} ${median(row, 'proportionalMb').toFixed(0)}`).join(', ');
  const words = [
    `Median of ${rounds} interleaved rounds (lowest to highest), ${date}, ${machine.cores} cores, Node ${node}.`,
    'From starting the process to the end of the first answer with 200, the database existing; memory 3 s later (VmRSS).',
    `With shared pages counted in part (PSS): ${shared} MB.`,
  ];
  return words.join('\n');
}

function spread(row: Row, key: keyof Sample, digits: number): string {
  const sorted = valuesOf(row, key);
  const [lowest = Number.NaN] = sorted;
  const highest = sorted.at(-1) ?? Number.NaN;
  return `${median(row, key).toFixed(digits)} (${lowest.toFixed(digits)}–${highest.toFixed(digits)})`;
}

function median(row: Row, key: keyof Sample): number {
  const sorted = valuesOf(row, key);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function valuesOf({ samples }: Row, key: keyof Sample): readonly number[] {
  return samples.map((sample) => sample[key]).sort((one, other) => one - other);
}
