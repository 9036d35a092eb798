import { paint, printable } from '../paint.ts';
import type { Terminal } from '../terminal.ts';
import type { Finding } from './finding.ts';

const groups = [
  { kind: 'refused', title: 'Why a verifier refuses it', colour: 'red' },
  { kind: 'weak', title: 'What is weak about it', colour: 'yellow' },
  { kind: 'unchecked', title: 'What was not checked', colour: 'cyan' },
] as const;

/** Findings by kind, a few lines each; no line for a kind without any. */
export function writeFindings(terminal: Terminal, findings: readonly Finding[]): string[] {
  return groups.flatMap(({ kind, title, colour }) => {
    const found = findings.filter((finding) => finding.kind === kind);
    if (found.length === 0) return [];
    const lines = found.map((finding) => writeFinding(terminal, finding));
    return ['', paint(terminal, [colour, 'bold'], title), ...lines];
  });
}

/** `exp: it has expired (RFC 7519 §4.1.4), expired`, without the name or the code where there is none. */
export function writeFinding(terminal: Terminal, { kind, code, member, says, clause }: Finding): string {
  const colour = groups.find((group) => group.kind === kind)?.colour ?? 'cyan';
  const name = member === undefined ? '' : `${paint(terminal, colour, printable(member))}: `;
  const where = clause === '' ? '' : ` (${clause})`;
  return `  ${name}${printable(says)}${paint(terminal, 'dim', `${where}${code === undefined ? '' : `, ${code}`}`)}`;
}
