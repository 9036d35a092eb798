import type { Command, Option } from './command.ts';

/** All commands with a line each. @param group  only those that begin with this word, if there are any */
export function writeHelp(commands: readonly Command[], group: string | undefined): string {
  const ofGroup = commands.filter((command) => command.name.startsWith(`${group} `));
  const shown = ofGroup.length > 0 ? ofGroup : commands;
  return [
    'countersign <command> [options]',
    '',
    ...writeRows(shown.map((command) => [writeUsage(command), command.summary])),
    '',
    'countersign <command> --help says more. --json is for programs.',
    'Exit codes: 0 done, 1 refused, 2 wrong usage, 3 fault.',
  ].join('\n');
}

export function writeCommandHelp(command: Command): string {
  const options = Object.entries(command.options ?? {});
  const rows = options.map(([name, option]): [string, string] => [writeOption(name, option), option.help]);
  return [
    `countersign ${writeUsage(command)}${options.length > 0 ? ' [options]' : ''}`,
    '',
    command.summary,
    ...(command.details === undefined ? [] : ['', ...command.details]),
    '',
    ...writeRows([...rows, ['--json', 'Write the result as JSON']]),
  ].join('\n');
}

function writeUsage(command: Command): string {
  return [command.name, ...(command.operands ?? [])].join(' ');
}

function writeOption(name: string, option: Option): string {
  return option.type === 'boolean' ? `--${name}` : `--${name} ${option.value ?? '<text>'}`;
}

function writeRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
