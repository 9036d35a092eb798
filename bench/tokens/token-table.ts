import { median } from './measure.ts';
import type { MeasuredGroup } from './measure-tokens.ts';
import type { Verdict } from './targets.ts';
import type { TokenResults } from './token-results.ts';

/** Everything, for the terminal. */
export function writeFullTables(results: TokenResults): string {
  const groups = results.groups.map((group) => [`### ${titleOf(group)}`, '', ...fullTable(group)].join('\n'));
  const once = ['### once', '', ...results.verdicts.map(writeVerdict)].join('\n');
  return [...groups, writePool(results), once].join('\n\n');
}

/** A row for each library, microseconds; the README's part. */
export function writeShortTables(results: TokenResults): string {
  const acts = ['verify', 'sign'] as const;
  return acts.map((act) => shortTable(results, act)).join('\n\n');
}

export function writeTokenConditions({ rounds, date, machine, node, packedBytes }: TokenResults): string {
  return [
    `Microseconds a call, median of ${rounds} interleaved rounds, ${date}, ${machine.cores} cores, Node ${node}.`,
    'An access token of about 500 characters, 64 different ones in turns, no caches; `exp`, `iss` and `aud` checked, the algorithm pinned.',
    `The fastest form of each library. Packed: ${(packedBytes / 1000).toFixed(1)} kB, no dependencies.`,
  ].join('\n');
}

function shortTable({ groups }: TokenResults, act: 'verify' | 'sign'): string {
  const columns = groups.filter((group) => group.act === act);
  const families = [
    'Countersign',
    'fast-jwt',
    '@node-rs/jsonwebtoken',
    'jsonwebtoken',
    'jose',
    'hono/jwt',
    'bare',
  ];
  const rows = families.map((family) => {
    const cells = columns.map((group) => fastestOf(group, family));
    return `| ${family === 'bare' ? 'the signature alone' : family} | ${cells.join(' | ')} |`;
  });
  return [
    `| ${act} | ${columns.map(({ algorithm }) => algorithm).join(' | ')} |`,
    `| --- | ${columns.map(() => '--:').join(' | ')} |`,
    ...rows,
  ].join('\n');
}

function fastestOf({ timings }: MeasuredGroup, family: string): string {
  const forms = timings.filter(
    ({ name }) =>
      name === family || name.startsWith(`${family},`) || (family === 'bare' && name.startsWith('bare')),
  );
  if (forms.length === 0) return '–';
  return (Math.min(...forms.map(({ wallNs }) => median(wallNs))) / 1000).toFixed(1);
}

function fullTable({ timings, verdicts }: TokenResults['groups'][number]): readonly string[] {
  return [
    '| | ns a call (lowest to highest) | processor, ns |',
    '| --- | --: | --: |',
    ...timings.map(({ name, version, wallNs, cpuNs }) => {
      const spread = `${median(wallNs).toFixed(0)} (${Math.min(...wallNs).toFixed(0)}–${Math.max(...wallNs).toFixed(0)})`;
      return `| ${name} ${version} | ${spread} | ${median(cpuNs).toFixed(0)} |`;
    }),
    '',
    ...verdicts.map(writeVerdict),
  ];
}

function writeVerdict({ target, value, wanted, unit, isMet }: Verdict): string {
  return `- ${isMet ? 'met' : 'MISSED'}: ${target} ${wanted} ${unit}: ${value.toFixed(2)} ${unit}`;
}

function writePool({ pool }: TokenResults): string {
  return [
    '### ES256 in a pool',
    '',
    '| | verified a second | event loop late, ms: median, p99, most |',
    '| --- | --: | --: |',
    ...pool.map(({ threads, perSecond, delayP50Ms, delayP99Ms, delayMaxMs }) => {
      const where = threads === 0 ? 'the thread that serves' : `pool of ${threads}`;
      const late = [delayP50Ms, delayP99Ms, delayMaxMs].map((delay) => delay.toFixed(1)).join(', ');
      return `| ${where} | ${perSecond.toFixed(0)} | ${late} |`;
    }),
  ].join('\n');
}

function titleOf({ algorithm, act, fault, tokenBytes }: MeasuredGroup): string {
  return `${algorithm}, ${act}${fault === undefined ? '' : `: ${fault}`} (${tokenBytes} characters)`;
}
