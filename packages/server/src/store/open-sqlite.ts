import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Committed, ResultsOf, Statement, Store } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { connectSqlite, createPrepare } from './sqlite-connection.ts';
import { sql } from './sql.ts';
import { type ActOutcome, isFailureOfDatabase } from './sqlite-group.ts';
import type { FromWriter, ToWriter, WriterData } from './sqlite-writer.ts';

const writerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-writer.ts' : './sqlite-writer.js',
  import.meta.url,
);

export interface SqliteOptions {
  /** Whether the writer's thread gives back the memory that its start needed. Default: no. */
  readonly handsBackMemory?: boolean | undefined;
}

/**
 * Opens the embedded database: reads on this thread, writes on a thread of
 * their own that commits what waits together (`sqlite-group.ts`). WAL and
 * `synchronous = FULL`: what was acknowledged survives `kill -9`.
 * Another process on the same machine may open the same file.
 *
 * @param path file, made with mode 0600 where it does not exist
 * @throws StartRefusal when the file cannot be used
 */
export function openSqlite(path: string, { handsBackMemory = false }: SqliteOptions = {}): Store {
  const file = resolve(path);
  prepareFile(file);
  const reader = openChecked(file);
  const prepare = createPrepare(reader);
  const writer = startWriter({ path: file, handsBackMemory });
  let checking: Promise<void> | undefined;
  return {
    async read<Row>(query: Statement<Row>): Promise<readonly Row[]> {
      try {
        return prepare(query.sql).all(...query.parameters) as Row[];
      } catch (error) {
        throw isFailureOfDatabase(error) ? unavailable(error) : error;
      }
    },
    commit: writer.commit,
    waiting: writer.waiting,
    check() {
      checking ??= writer
        .commit(writeProbe)
        .then(() => undefined)
        .finally(() => {
          checking = undefined;
        });
      return checking;
    },
    async close() {
      await writer.close();
      if (reader.isOpen) reader.close();
    },
  };
}

/** An empty transaction succeeds on a full disk too: only pages that are written tell. */
const writeProbe: readonly Statement[] = [
  sql`INSERT INTO house (name, value) VALUES ('write probe', ${new Uint8Array(1)})`,
  sql`DELETE FROM house WHERE name = 'write probe'`,
];

function prepareFile(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  refuseNetworkFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

/** File locks of these are not reliable: two machines could write at once. */
const networkFileSystems: ReadonlySet<number> = new Set([
  0x6969 /* NFS */, 0xff534d42 /* CIFS */, 0xfe534d42 /* SMB2 */,
]);

function refuseNetworkFolder(folder: string): void {
  if (networkFileSystems.has(statfsSync(folder).type)) {
    throw new StartRefusal(
      `COUNTERSIGN_DATABASE_URL: ${folder} is on a network file system. Put the database on a local disk.`,
    );
  }
}

function openChecked(file: string): ReturnType<typeof connectSqlite> {
  try {
    const database = connectSqlite(file);
    migrateSqlite(database, file);
    database.exec('PRAGMA query_only = ON');
    return database;
  } catch (error) {
    if (error instanceof StartRefusal || !isFailureOfDatabase(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new StartRefusal(`COUNTERSIGN_DATABASE_URL: ${file} cannot be opened as a database (${message}).`);
  }
}

interface Waiting {
  readonly resolve: (outcome: ActOutcome) => void;
}

function startWriter(data: WriterData): Pick<Store, 'commit' | 'waiting' | 'close'> {
  const worker = new Worker(writerUrl, { workerData: data });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let broken: string | undefined;
  let isClosing = false;

  const fail = (message: string): void => {
    broken = message;
    for (const { resolve } of waiting.values()) resolve({ kind: 'unavailable', message });
    waiting.clear();
  };
  worker.on('message', (answers: FromWriter) => {
    for (const { id, outcome } of answers) {
      waiting.get(id)?.resolve(outcome);
      waiting.delete(id);
    }
    if (waiting.size === 0 && !isClosing) worker.unref();
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : 'the writer failed'));
  worker.on('exit', () => fail('the writer has stopped'));
  worker.unref();

  const send = (message: ToWriter): void => worker.postMessage(message);
  const commit: Store['commit'] = async <const Act extends readonly Statement<unknown>[]>(act: Act) => {
    if (broken !== undefined) throw refuse(broken);
    const { promise, resolve } = Promise.withResolvers<ActOutcome>();
    lastId += 1;
    waiting.set(lastId, { resolve });
    worker.ref();
    send({ kind: 'commit', id: lastId, act });
    return settle<Act>(await promise);
  };
  const close = async (): Promise<void> => {
    if (broken !== undefined) return;
    isClosing = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    worker.ref();
    send({ kind: 'close' });
    await promise;
  };
  return { commit, waiting: () => waiting.size, close };
}

/**
 * The rows' types are stated where the statement is written; a database has
 * none to check them against. Here, and in `read`, they are believed.
 */
function settle<const Act extends readonly Statement<unknown>[]>(outcome: ActOutcome): Committed<Act> {
  if (outcome.kind === 'committed') {
    return { kind: 'committed', results: outcome.results as ResultsOf<Act> };
  }
  if (outcome.kind === 'refused') return outcome;
  if (outcome.kind === 'unavailable') throw refuse(outcome.message);
  throw new Error(`the database refused a statement: ${outcome.message}`);
}

function unavailable(error: unknown): Refusal {
  return refuse(error instanceof Error ? error.message : String(error));
}

/** Space is freed, a lock is released: worth another try. */
const retryAfterSeconds = 5;

function refuse(reason: string): Refusal {
  return new Refusal('unavailable', { reason, retryAfterSeconds });
}
