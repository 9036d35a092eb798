import type { Now } from './clock.ts';
import type { Log, LogFields } from './house.ts';
import { createLogSink, type LogSink } from './log-sink.ts';
import { redact } from './redact.ts';

export type LogLevel = 'info' | 'warn' | 'error';

const weights: Readonly<Record<LogLevel, number>> = { info: 0, warn: 1, error: 2 };

export interface LogOptions {
  /** The least important level that is written. */
  readonly level: LogLevel;
  readonly now: Now;
  readonly sink: Pick<LogSink, 'write'>;
}

/**
 * One JSON object a line: `at` (RFC 3339), `level`, `event`, then the fields.
 * Never throws and never waits. Fields named like a secret, and texts that look
 * like a token, are hidden; `at`, `level` and `event` cannot be overwritten.
 */
export function createLog(options: LogOptions): Log {
  const logAt = (level: LogLevel) => (event: string, fields?: LogFields) => {
    if (weights[level] < weights[options.level]) return;
    options.sink.write(formatLogLine({ level, event, atMs: options.now() }, fields));
  };
  return { info: logAt('info'), warn: logAt('warn'), error: logAt('error') };
}

/** The sink of a server's own process, on standard output. */
export function openLogSink(now: Now, descriptor = 1): LogSink {
  return createLogSink({
    descriptor,
    describeDropped: (lines) =>
      formatLogLine({ level: 'warn', event: 'log.lines-dropped', atMs: now() }, { lines }),
  });
}

interface LineHead {
  readonly level: LogLevel;
  readonly event: string;
  readonly atMs: number;
}

function formatLogLine(head: LineHead, fields: LogFields = {}): string {
  const fixed = { at: new Date(head.atMs).toISOString(), level: head.level, event: head.event };
  try {
    return `${JSON.stringify(Object.assign({}, fixed, redact(fields), fixed))}\n`;
  } catch {
    return `${JSON.stringify({ ...fixed, unprintable: true })}\n`;
  }
}
