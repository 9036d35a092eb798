import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { handBackMemory } from '../base/hand-back-memory.ts';
import { connectSqlite, createPrepare } from './sqlite-connection.ts';
import { commitGroup } from './sqlite-group.ts';
import { createGroupReader, type FromWriter, type ToWriter } from './sqlite-message.ts';

/** The only thread that writes, one group after the other. */

export interface WriterData {
  readonly path: string;
  /** Whether to give back the memory that the start of this thread needed. */
  readonly handsBackMemory: boolean;
}

const port = parentPort;
if (port === null) throw new Error('the writer runs in a worker thread');
const { path, handsBackMemory }: WriterData = workerData;
const database = connectSqlite(path);
const prepare = createPrepare(database);
const readGroup = createGroupReader();
const files = [path, `${path}-wal`];
const opened = files.map(identify);

port.on('message', (message: ToWriter) => {
  if (message.kind === 'close') {
    database.close();
    port.close();
    return;
  }
  const acts = readGroup(message);
  const outcomes: FromWriter = isInPlace()
    ? commitGroup(database, prepare, acts)
    : acts.map(() => ({ kind: 'unavailable', message: 'the database file was removed or replaced' }));
  port.postMessage(outcomes);
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
