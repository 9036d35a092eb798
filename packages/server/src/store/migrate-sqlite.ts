import type { DatabaseSync } from 'node:sqlite';
import { StartRefusal } from '../base/start-refusal.ts';
import { firstTables } from './migrations/0001-first-tables.ts';
import { feedTables } from './migrations/0002-feed.ts';
import { revokingColumns } from './migrations/0003-revoking.ts';
import { webhookTables } from './migrations/0004-webhooks.ts';
import { proofTables } from './migrations/0005-proofs.ts';
import { outboxTables } from './migrations/0006-outbox.ts';
import { attemptTables } from './migrations/0007-attempts.ts';
import { signInColumns } from './migrations/0008-sign-ins.ts';
import { pageSessionColumns } from './migrations/0009-page-sessions.ts';

/** `CSGN`, in the header of every file of ours. */
const applicationId = 0x4353474e;

/** The schema's version is the number of migrations that have run. */
const migrations: readonly (readonly string[])[] = [
  firstTables,
  feedTables,
  revokingColumns,
  webhookTables,
  proofTables,
  outboxTables,
  attemptTables,
  signInColumns,
  pageSessionColumns,
];

/**
 * Brings the file to this program's schema, each migration in one transaction,
 * so that an interrupted one starts over. Of two processes, one migrates.
 *
 * @throws StartRefusal when the file is not ours, or newer than this program
 */
export function migrateSqlite(database: DatabaseSync, path: string): void {
  checkOurs(database, path);
  for (;;) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const version = readPragma(database, 'user_version');
      const migration = migrations[version];
      if (migration === undefined) {
        database.exec('COMMIT');
        return checkNotNewer(version, path);
      }
      for (const statement of migration) database.exec(statement);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version + 1};`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}

function checkOurs(database: DatabaseSync, path: string): void {
  const id = readPragma(database, 'application_id');
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
  const isNew = id === 0 && tables?.n === 0;
  if (id === applicationId || isNew) return;
  throw new StartRefusal(
    `COUNTERSIGN_DATABASE_URL: ${path} is a database of another program. Name another file, or one that does not exist yet.`,
  );
}

function checkNotNewer(version: number, path: string): void {
  if (version <= migrations.length) return;
  throw new StartRefusal(
    `COUNTERSIGN_DATABASE_URL: ${path} has schema ${version}; this version of countersign knows ${migrations.length}. ` +
      'Install the version that wrote it, or a newer one. Nothing was changed.',
  );
}

function readPragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
