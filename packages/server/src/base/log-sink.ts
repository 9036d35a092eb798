import { write } from 'node:fs';

/** Where lines go. `write` never waits; lines that find no room are dropped and counted. */
export interface LogSink {
  /** @param line  ends with a line break */
  write(line: string): void;
  /** Fulfilled when everything that was taken has been handed over, or can never be. */
  drained(): Promise<void>;
  /** Lines dropped since the start. */
  readonly dropped: number;
}

export interface LogSinkOptions {
  /** Open for writing; 1 is standard output. */
  readonly descriptor: number;
  /** How much may wait for a slow reader. Default 4 MiB. */
  readonly maxWaitingBytes?: number;
  /** Says in a line of the log's form that so many lines are missing. */
  readonly describeDropped: (lines: number) => string;
}

const retryMs = 20;

/**
 * Writes on the thread pool, one write at a time: `process.stdout.write` would
 * stop the event loop when a pipe's reader is slow or a disk is full.
 */
export function createLogSink(options: LogSinkOptions): LogSink {
  const maxWaitingBytes = options.maxWaitingBytes ?? 4 * 1024 * 1024;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let untold = 0;
  let isWriting = false;
  let isGone = false;
  let whenDrained: (() => void)[] = [];

  const drop = (lines: number): void => {
    dropped += lines;
    untold += lines;
  };
  const writeWaiting = (): void => {
    if (untold > 0) waiting.push(options.describeDropped(untold));
    untold = 0;
    const chunk = Buffer.from(waiting.join(''));
    waiting = [];
    waitingBytes = 0;
    writeChunk(chunk);
  };
  const writeChunk = (chunk: Buffer): void => {
    isWriting = true;
    write(options.descriptor, chunk, (error, written) => {
      if (error?.code === 'EAGAIN') return void setTimeout(writeChunk, retryMs, chunk);
      // A reader that went away does not come back; a full disk may.
      if (error !== null) {
        isGone = error.code === 'EPIPE' || error.code === 'EBADF';
        drop(countLines(chunk));
      }
      if (error === null && written < chunk.length) return writeChunk(chunk.subarray(written));
      isWriting = false;
      if (waiting.length > 0 && !isGone) return writeWaiting();
      for (const resolve of whenDrained) resolve();
      whenDrained = [];
    });
  };

  return {
    write(line) {
      if (isGone || waitingBytes + line.length > maxWaitingBytes) {
        return drop(1);
      }
      waiting.push(line);
      waitingBytes += line.length;
      if (!isWriting) writeWaiting();
    },
    drained() {
      if (!isWriting) return Promise.resolve();
      return new Promise((resolve) => whenDrained.push(resolve));
    },
    get dropped() {
      return dropped;
    },
  };
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  return lines;
}
