import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { openLogSink } from '../base/log.ts';
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
    askSecret,
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

async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
