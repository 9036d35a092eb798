import { openLogSink } from '../base/log.ts';
import { askLine, askSecret } from './ask-secret.ts';
import { UsageError } from './command.ts';
import type { Terminal } from './terminal.ts';

const maxInputBytes = 65_536;

/** The process's own terminal. */
export function openProcessTerminal(): Terminal {
  ignoreClosedReader(process.stdout);
  ignoreClosedReader(process.stderr);
  return {
    directory: process.cwd(),
    environment: process.env,
    now: Date.now,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    hasColours: process.stdout.isTTY && process.stdout.hasColors(),
    print: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    openLogSink: (stream) => openLogSink(Date.now, stream === 'output' ? 1 : 2),
    readInput,
    askSecret: (question) => askSecret(question, { input: process.stdin, output: process.stderr }),
    ask: (question) => askLine(question, { input: process.stdin, output: process.stderr }),
    onStopSignal(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}

/** `countersign … | head` closes the pipe early; that is no fault. */
function ignoreClosedReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxInputBytes) throw new UsageError(`standard input holds more than ${maxInputBytes} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
