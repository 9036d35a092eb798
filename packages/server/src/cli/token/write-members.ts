import { paint, printable } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import { timeInWords } from '../time-in-words.ts';
import { timeClaims } from './claim-meanings.ts';
import type { Members } from './read-loosely.ts';

interface Meanings {
  readonly of: Readonly<Record<string, string>>;
  /** What is said of a name that is not there. */
  readonly other: string;
}

/** A member a line, with what it means and times in words below. */
export function writeMembers(terminal: Terminal, members: Members, { of, other }: Meanings): string[] {
  const names = Object.keys(members);
  const width = Math.max(0, ...names.map((name) => printable(name).length));
  return names.flatMap((name) => {
    const value = members[name];
    const line = `  ${printable(name).padEnd(width)}  ${printable(JSON.stringify(value))}`;
    const meaning = Object.hasOwn(of, name) ? of[name] : other;
    const note = [meaning, writeTime(terminal, name, value)].filter((part) => part !== undefined).join(': ');
    return [line, paint(terminal, 'dim', `  ${' '.repeat(width)}  ${note}`)];
  });
}

function writeTime(terminal: Terminal, name: string, value: unknown): string | undefined {
  if (!timeClaims.has(name) || typeof value !== 'number') return undefined;
  return timeInWords(value, terminal.now() / 1000);
}
