import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Statement, Store } from '../base/house.ts';
import type { Refusal } from '../base/refusal.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { connectSqlite, createPrepare } from './sqlite-connection.ts';
import { sql } from './sql.ts';
import { isFailureOfDatabase } from './sqlite-group.ts';
import { refuseCommit, startWriter } from './start-writer.ts';

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

function unavailable(error: unknown): Refusal {
  return refuseCommit(error instanceof Error ? error.message : String(error));
}
