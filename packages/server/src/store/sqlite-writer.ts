import { statSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { handBackMemory } from '../base/hand-back-memory.ts';
import type { Statement } from '../base/house.ts';
import { connectSqlite, createPrepare } from './sqlite-connection.ts';
import { type ActOutcome, commitGroup } from './sqlite-group.ts';

/** The only thread that writes. While one group is being committed, the next one gathers in the port. */

export interface WriterData {
  readonly path: string;
  /** Whether to give back the memory that the start of this thread needed. */
  readonly handsBackMemory: boolean;
}

export type ToWriter =
  | { readonly kind: 'commit'; readonly id: number; readonly act: readonly Statement<unknown>[] }
  | { readonly kind: 'close' };

export type FromWriter = readonly { readonly id: number; readonly outcome: ActOutcome }[];

/** Bounds how long the first of a group waits for the last. */
const maxGroup = 512;

const port = parentPort;
if (port === null) throw new Error('the writer runs in a worker thread');
const { path, handsBackMemory }: WriterData = workerData;
const database = connectSqlite(path);
const prepare = createPrepare(database);
const files = [path, `${path}-wal`];
const opened = files.map(identify);

port.on('message', (first: ToWriter) => {
  const group: { readonly id: number; readonly act: readonly Statement<unknown>[] }[] = [];
  let closing = false;
  for (let message: ToWriter | undefined = first; message !== undefined; ) {
    if (message.kind === 'close') closing = true;
    else group.push(message);
    message = group.length < maxGroup && !closing ? receiveMessageOnPort(port)?.message : undefined;
  }
  const acts = group.map(({ act }) => act);
  const outcomes: readonly ActOutcome[] = isInPlace()
    ? commitGroup(database, prepare, acts)
    : acts.map(() => ({ kind: 'unavailable', message: 'the database file was removed or replaced' }));
  const answers: FromWriter = group.flatMap(({ id }, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [{ id, outcome }];
  });
  port.postMessage(answers);
  if (closing) {
    database.close();
    port.close();
  }
});

/** Into a file without a name commits succeed as well, and are gone with the process. */
function isInPlace(): boolean {
  return files.every((file, index) => identify(file) === opened[index]);
}

function identify(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

if (handsBackMemory) handBackMemory();
