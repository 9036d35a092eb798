import { paint } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import type { Tried } from './run-trials.ts';
import type { Verdict } from './trial.ts';

const colours = { holds: 'green', broken: 'red', costs: 'yellow', 'not checked': 'yellow' } as const;
const width = 'not checked'.length;

/** What was tried, for people: verdict, property, what happened, and the clause. */
export function writeReport(terminal: Terminal, tried: readonly Tried[]): string {
  const blocks = tried.map(({ name, property, clause, verdict, saw }) => {
    const mark = paint(terminal, colours[verdict], verdict.padEnd(width));
    const margin = ' '.repeat(width + 2);
    return [`${mark}  ${name}: ${property}`, `${margin}${saw}`, `${margin}${clause}`].join('\n');
  });
  return [...blocks, writeSum(tried)].join('\n\n');
}

function writeSum(tried: readonly Tried[]): string {
  const count = (verdict: Verdict): number => tried.filter((one) => one.verdict === verdict).length;
  return [
    `${count('holds')} of ${tried.length} hold.`,
    `${count('broken')} broken: a thief profits.`,
    `${count('costs')} at a cost: an honest user is signed out.`,
    `${count('not checked')} not checked.`,
  ].join(' ');
}
