/**
 * `npm run threats`: which numbered threats a test covers, which none does, and why.
 *
 *     node -C @countersign/source scripts/report-threats.ts
 */
import { readThreatsLeft, readThreatsShown } from '../test/threat-rows.ts';

const shown = readThreatsShown();
const left = readThreatsLeft();
const lines = [
  `${shown.length} covered, ${left.length} left`,
  '',
  '| number | tests | why none |',
  '| --- | --: | --- |',
  ...[
    ...shown.map(({ number, files }) => ({ number, row: `| ${number} | ${files.length} | |` })),
    ...left.map(({ number, why }) => ({ number, row: `| ${number} | 0 | ${why} |` })),
  ]
    .sort((one, other) => one.number.localeCompare(other.number))
    .map(({ row }) => row),
];
process.stdout.write(`${lines.join('\n')}\n`);
