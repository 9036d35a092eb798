import type { Terminal } from './terminal.ts';

/** 0 done, 1 refused, 2 wrong usage, 3 fault. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly help: string;
  /** What stands for the value in the help, such as `<address>`. */
  readonly value?: string;
  readonly isRepeatable?: boolean;
}

/** One command: a row of the table in `commands.ts`. */
export interface Command {
  /** As typed, such as `users create`. */
  readonly name: string;
  readonly summary: string;
  /** Names of what follows the command, in order; `[…]` around one that may be left out. */
  readonly operands?: readonly string[];
  readonly options?: Readonly<Record<string, Option>>;
  /** Further lines of the help. */
  readonly details?: readonly string[];
  readonly run: (call: Call) => Promise<ExitCode>;
}

/** What was typed, checked against the command's row, and where it was typed. */
export interface Call {
  readonly operands: readonly string[];
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  isSet(option: string): boolean;
  /** Whether a program reads the output: `--json`. */
  readonly isJson: boolean;
  readonly terminal: Terminal;
}

/** The command was not written as its help says. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The person broke a question off. Ends with exit code 1; the message says what was left as it was. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** The operand at a place that the row says is required. */
export function requiredOperand(call: Call, index: number): string {
  const operand = call.operands[index];
  if (operand === undefined) throw new TypeError('the row of this command names no such operand');
  return operand;
}
