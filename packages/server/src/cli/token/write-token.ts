import { paint, printable } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import { timeInWords } from '../time-in-words.ts';
import { claimMeanings, headerMeanings, timeClaims } from './claim-meanings.ts';

interface Parts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The parts of a token, a member a line, with what it means and times in words. */
export function writeToken(terminal: Terminal, token: string, { header, claims }: Parts): string {
  const [first = '', second = '', third = ''] = token.split('.');
  return [
    [paint(terminal, 'red', first), paint(terminal, 'magenta', second), paint(terminal, 'cyan', third)].join(
      '.',
    ),
    '',
    paint(terminal, ['red', 'bold'], 'Header'),
    ...writeMembers(terminal, header, headerMeanings),
    '',
    paint(terminal, ['magenta', 'bold'], 'Payload (readable by anyone who has the token)'),
    ...writeMembers(terminal, claims, claimMeanings),
    '',
    paint(terminal, ['cyan', 'bold'], 'Signature'),
    `  ${Buffer.from(third, 'base64url').length} bytes over the header and the payload as they are written`,
  ].join('\n');
}

function writeMembers(
  terminal: Terminal,
  members: Readonly<Record<string, unknown>>,
  meanings: Readonly<Record<string, string>>,
): string[] {
  const names = Object.keys(members);
  const width = Math.max(0, ...names.map((name) => printable(name).length));
  return names.flatMap((name) => {
    const value = members[name];
    const line = `  ${printable(name).padEnd(width)}  ${printable(JSON.stringify(value))}`;
    const notes = [
      Object.hasOwn(meanings, name) ? meanings[name] : undefined,
      writeTime(terminal, name, value),
    ];
    const note = notes.filter((part) => part !== undefined).join(': ');
    return note === '' ? [line] : [line, paint(terminal, 'dim', `  ${' '.repeat(width)}  ${note}`)];
  });
}

function writeTime(terminal: Terminal, name: string, value: unknown): string | undefined {
  if (!timeClaims.has(name) || typeof value !== 'number') return undefined;
  return timeInWords(value, terminal.now() / 1000);
}
