import type { ExitCode } from '../../src/cli/command.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface Recorded {
  readonly exitCode: ExitCode;
  readonly output: string;
  readonly errors: string;
}

export interface TerminalOptions {
  readonly directory: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string;
  /** What a person types at each question; makes the terminal interactive. After the last one: Ctrl-C. */
  readonly answers?: readonly string[];
  readonly hasColours?: boolean;
  readonly now?: () => number;
}

/** A terminal whose text is kept, and signals that a test sends. */
export interface RecordedTerminal {
  readonly terminal: Terminal;
  readonly output: readonly string[];
  readonly errors: readonly string[];
  /** Fulfilled with the first log line that holds this event. */
  readonly logged: (event: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly sendStopSignal: () => void;
}

/** 2026-01-01T00:00:00Z. */
export const nowMs: number = Date.UTC(2026, 0, 1);

/** Hashes too weak for anything but tests. */
const weakHashes = { COUNTERSIGN_ARGON2_MEMORY_KIB: '64', COUNTERSIGN_ARGON2_PASSES: '1' };

export function recordTerminal(options: TerminalOptions): RecordedTerminal {
  const output: string[] = [];
  const errors: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const listeners = new Set<() => void>();
  let wake = Promise.withResolvers<void>();
  const answers = [...(options.answers ?? [])];
  const terminal: Terminal = {
    directory: options.directory,
    environment: { COUNTERSIGN_MODE: 'development', ...weakHashes, ...options.environment },
    now: options.now ?? (() => nowMs),
    isInteractive: options.answers !== undefined,
    hasColours: options.hasColours ?? false,
    print: (line) => void output.push(line),
    warn: (line) => void errors.push(line),
    openLogSink: () => ({
      dropped: 0,
      drained: () => Promise.resolve(),
      write(line) {
        lines.push(JSON.parse(line));
        wake.resolve();
        wake = Promise.withResolvers();
      },
    }),
    readInput: () => Promise.resolve(options.input ?? ''),
    askSecret: () => Promise.resolve(answers.shift()),
    ask: () => Promise.resolve(answers.shift()),
    onStopSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    terminal,
    output,
    errors,
    async logged(event) {
      for (;;) {
        const found = lines.find((line) => line['event'] === event);
        if (found !== undefined) return found;
        await wake.promise;
      }
    },
    sendStopSignal() {
      for (const listener of listeners) listener();
    },
  };
}

/** Runs `countersign …` in this process. */
export async function run(typed: readonly string[], options: TerminalOptions): Promise<Recorded> {
  const { terminal, output, errors } = recordTerminal(options);
  const exitCode = await runCommand(typed, terminal);
  return { exitCode, output: output.join('\n'), errors: errors.join('\n') };
}
