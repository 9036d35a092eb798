import { printable } from './paint.ts';

/** Columns under their names, as wide as their widest cell. */
export function writeTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [names.map((name) => name.toUpperCase()), ...rows.map((row) => row.map(printable))];
  const widths = names.map((_, index) => Math.max(...shown.map((row) => (row[index] ?? '').length)));
  return shown
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
