import { DatabaseSync, type StatementSync } from 'node:sqlite';
// This part alone: the thread that writes needs nothing else of the feed, and has a memory of its own.
import { nextHash } from '@countersign/revocation/chain';
import type { Prepare } from './sqlite-group.ts';

/** How long a process waits for another one (the command line beside a server) to finish its commit. */
const busyTimeoutMs = 5000;

/** More texts than the house has: bounds what lists of changing length can leave behind. */
const maxPreparedStatements = 500;

/** One way to open the file for reader, writer and migrations, so that they agree on what a commit is. */
export function connectSqlite(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;');
  database.function('next_hash', { deterministic: true, directOnly: true }, (hash, eventHead, epoch) => {
    if (!(hash instanceof Uint8Array) || !(eventHead instanceof Uint8Array) || typeof epoch !== 'number') {
      throw new TypeError('next_hash takes a hash, an event head and a number');
    }
    return nextHash(hash, eventHead, epoch);
  });
  return database;
}

/** Statements are compiled once a text. */
export function createPrepare(database: DatabaseSync): Prepare {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      if (prepared.size >= maxPreparedStatements) prepared.clear();
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement;
  };
}
