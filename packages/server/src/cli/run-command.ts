import { parseArgs } from 'node:util';
import { Refusal } from '../base/refusal.ts';
import { refusals } from '../base/refusals.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { findNearestName } from '../settings/nearest-name.ts';
import { BrokenOff, type Call, type Command, type ExitCode, UsageError } from './command.ts';
import { writeCommandHelp, writeHelp } from './help.ts';
import { serve } from './serve.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * Finds the command that was typed, checks the rest against its row and runs it.
 * Says on standard error, in a line or a few, what was refused. Never throws.
 *
 * @param typed  the arguments after the program's name
 */
export async function runCommand(typed: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const [first] = typed;
    if (first === '--version' || first === '-v') return say(terminal, version);
    const commands = await loadCommands(first);
    const command = findCommand(commands, typed);
    const isHelp = typed.includes('--help') || typed.includes('-h');
    if (command === undefined) {
      if (typed.length === 0 || isHelp || first === 'help')
        return say(terminal, writeHelp(commands, typed[0]));
      throw unknownCommand(commands, typed);
    }
    if (isHelp) return say(terminal, writeCommandHelp(command));
    return await command.run(readCall(command, typed, terminal));
  } catch (error) {
    return report(error, terminal);
  }
}

function say(terminal: Terminal, text: string): ExitCode {
  terminal.print(text);
  return 0;
}

/** A server runs for long and keeps what was loaded: the other commands are not. */
async function loadCommands(first: string | undefined): Promise<readonly Command[]> {
  return first === serve.name ? [serve] : (await import('./commands.ts')).commands;
}

/** The longest name that the arguments begin with. */
function findCommand(commands: readonly Command[], typed: readonly string[]): Command | undefined {
  const fits = (command: Command): boolean =>
    command.name.split(' ').every((word, index) => typed[index] === word);
  return commands.filter(fits).sort((a, b) => b.name.length - a.name.length)[0];
}

function unknownCommand(commands: readonly Command[], typed: readonly string[]): UsageError {
  const words = typed.filter((word) => !word.startsWith('-')).slice(0, 2);
  const group = commands.filter((command) => command.name.startsWith(`${words[0]} `));
  if (group.length > 0) {
    const second = words[1] === undefined ? '' : ` ${words[1]}`;
    const names = group.map((command) => command.name).join(', ');
    return new UsageError(`there is no command "${words[0]}${second}"; there are: ${names}`);
  }
  const names = commands.map((command) => command.name);
  const nearest = findNearestName(words.join(' '), names) ?? findNearestName(words[0] ?? '', names);
  const hint = nearest === undefined ? 'countersign --help lists all' : `did you mean "${nearest}"?`;
  return new UsageError(`there is no command "${words.join(' ')}"; ${hint}`);
}

function readCall(command: Command, typed: readonly string[], terminal: Terminal): Call {
  const rest = typed.slice(command.name.split(' ').length);
  const { values, positionals } = parse(command, rest);
  const operands = command.operands ?? [];
  const required = operands.filter((name) => !name.startsWith('['));
  const missing = required[positionals.length];
  if (missing !== undefined)
    throw new UsageError(`${missing} is missing; see: countersign ${command.name} --help`);
  if (positionals.length > operands.length) {
    throw new UsageError(
      `"${command.name}" takes ${operands.length === 0 ? 'no operands' : operands.join(' ')}`,
    );
  }
  const textsOf = (option: string): readonly string[] => {
    const value = values[option];
    return (Array.isArray(value) ? value : [value]).filter((entry) => typeof entry === 'string');
  };
  return {
    operands: positionals,
    text: (option) => textsOf(option)[0],
    texts: textsOf,
    isSet: (option) => values[option] === true,
    isJson: values['json'] === true,
    terminal,
  };
}

function parse(command: Command, rest: readonly string[]): ReturnType<typeof parseArgs> {
  const known = { ...command.options, json: { type: 'boolean', help: '' } as const };
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, ...option }]) => [
      name,
      { type, multiple: 'isRepeatable' in option && option.isRepeatable === true },
    ]),
  );
  const { optional, operands } = splitOperands(rest);
  // `-` alone stands for standard input.
  const unknown = optional.find((word) => /^--?[^-]/.test(word) && !(optionName(word) in options));
  if (unknown !== undefined) throw unknownOption(command, optionName(unknown), Object.keys(options));
  try {
    const args = operands.length === 0 ? optional : [...optional, '--', ...operands];
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UsageError(`${message}; see: countersign ${command.name} --help`);
  }
}

/** One id in 64 begins with a dash: users, sessions and tokens have 22 characters, keys 43. No option has such letters. */
const dashedId = /^-(?=.*[A-Z0-9_])[A-Za-z0-9_-]{21}(?:[A-Za-z0-9_-]{21})?$/;

/** @returns what may be options, and what is not: ids, and everything behind `--` */
function splitOperands(words: readonly string[]): {
  readonly optional: readonly string[];
  readonly operands: readonly string[];
} {
  const end = words.indexOf('--');
  const before = end === -1 ? words : words.slice(0, end);
  const behind = end === -1 ? [] : words.slice(end + 1);
  const ids = before.filter((word) => dashedId.test(word));
  return { optional: before.filter((word) => !dashedId.test(word)), operands: [...ids, ...behind] };
}

function optionName(word: string): string {
  return word.replace(/^--?/, '').replace(/=.*$/s, '');
}

function unknownOption(command: Command, name: string, known: readonly string[]): UsageError {
  if (/password|secret$/.test(name) && known.includes('password-stdin')) {
    return new UsageError(
      `a password is never an argument, where every user of the machine can read it: use --password-stdin`,
    );
  }
  const nearest = findNearestName(name, known);
  const hint =
    nearest === undefined ? `see: countersign ${command.name} --help` : `did you mean --${nearest}?`;
  return new UsageError(`"${command.name}" has no option --${name}; ${hint}`);
}

function report(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof UsageError) {
    terminal.warn(`countersign: ${error.message}`);
    return 2;
  }
  if (error instanceof BrokenOff) {
    terminal.warn(error.message);
    return 1;
  }
  if (error instanceof StartRefusal) {
    terminal.warn(`countersign: refused\n${error.message}`);
    return 1;
  }
  if (error instanceof Refusal) {
    terminal.warn(`countersign: ${describeRefusal(error)}`);
    return error.code === 'server_error' || error.code === 'unavailable' ? 3 : 1;
  }
  terminal.warn(
    `countersign failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 3;
}

/** On the command line the operator is the caller, and may know why. */
function describeRefusal(refusal: Refusal): string {
  const { reason, fields } = refusal.details;
  const wrong = (fields ?? []).map(({ path, message }) => `${path} ${message}`);
  // The title speaks of an address, which nobody typed here.
  const title = refusal.code === 'not_found' ? 'There is no such thing' : refusals[refusal.code].title;
  return [`${title} (${refusal.code})`, ...(reason === undefined ? [] : [reason]), ...wrong].join('\n  ');
}
