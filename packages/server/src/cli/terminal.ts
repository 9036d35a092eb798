import type { Now } from '../base/clock.ts';
import type { LogSink } from '../base/log-sink.ts';
import type { Environment } from '../settings/read-environment.ts';

/** Everything of the process that a command may touch. */
export interface Terminal {
  readonly directory: string;
  readonly environment: Environment;
  readonly now: Now;
  /** Whether somebody sits there to answer questions. */
  readonly isInteractive: boolean;
  readonly hasColours: boolean;
  /** A line of the result, on standard output. */
  print(line: string): void;
  /** A line for the reader, on standard error. */
  warn(line: string): void;
  /** For log lines: beside the result on standard error, or as the output itself. */
  openLogSink(stream: 'output' | 'errors'): LogSink;
  /** All of standard input, at most 64 KiB, without its final line break. */
  readInput(): Promise<string>;
  /** A line typed by a person, not shown; nothing when the person breaks off with Ctrl-C or Ctrl-D. */
  askSecret(question: string): Promise<string | undefined>;
  /** As `askSecret`, for a line that is shown. */
  ask(question: string): Promise<string | undefined>;
  /** Calls back at every SIGINT and SIGTERM until the returned function is called. */
  onStopSignal(listener: () => void): () => void;
}
