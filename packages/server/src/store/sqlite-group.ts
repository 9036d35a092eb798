import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CommitRefusal, Statement, StatementResult } from '../base/house.ts';

export type ActOutcome =
  | { readonly kind: 'committed'; readonly results: readonly StatementResult<unknown>[] }
  | { readonly kind: 'refused'; readonly statement: number; readonly cause: CommitRefusal }
  /** The act was wrong: only its writer is told. */
  | { readonly kind: 'fault'; readonly message: string }
  /** The database could not: every writer of the group is told. */
  | { readonly kind: 'unavailable'; readonly message: string };

export type Prepare = (sql: string) => StatementSync;

/**
 * Commits the acts that wait in one transaction, one fsync for all of them.
 *
 * 1. Each act is a savepoint: one that is refused leaves no trace and does not
 *    touch the others.
 * 2. No outcome is given out before `COMMIT` has returned.
 * 3. When the database has left the transaction on its own (a full disk rolls
 *    everything back), the whole group has failed.
 */
export function commitGroup(
  database: DatabaseSync,
  prepare: Prepare,
  acts: readonly (readonly Statement<unknown>[])[],
): ActOutcome[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const outcomes = acts.map((act) => runAct(database, prepare, act));
    database.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    const message = messageOf(error);
    return acts.map(() => ({ kind: 'unavailable', message }));
  }
}

function runAct(database: DatabaseSync, prepare: Prepare, act: readonly Statement<unknown>[]): ActOutcome {
  database.exec('SAVEPOINT act');
  const results: StatementResult<unknown>[] = [];
  for (const [index, statement] of act.entries()) {
    try {
      const result = runStatement(prepare, statement);
      if (statement.mustChange !== undefined && result.changes !== statement.mustChange) {
        return undo(database, { kind: 'refused', statement: index, cause: { kind: 'must-change' } });
      }
      results.push(result);
    } catch (error) {
      if (!database.isTransaction || isFailureOfDatabase(error)) throw error;
      const cause = constraintOf(error);
      return undo(
        database,
        cause === undefined
          ? { kind: 'fault', message: messageOf(error) }
          : { kind: 'refused', statement: index, cause },
      );
    }
  }
  database.exec('RELEASE act');
  return { kind: 'committed', results };
}

function undo(database: DatabaseSync, outcome: ActOutcome): ActOutcome {
  database.exec('ROLLBACK TO act');
  database.exec('RELEASE act');
  return outcome;
}

function runStatement(prepare: Prepare, statement: Statement<unknown>): StatementResult<unknown> {
  const prepared = prepare(statement.sql);
  const parameters: readonly SQLInputValue[] = statement.parameters;
  if (prepared.columns().length > 0) {
    const rows = prepared.all(...parameters);
    return { rows, changes: rows.length };
  }
  return { rows: [], changes: Number(prepared.run(...parameters).changes) };
}

/** Primary result codes of SQLite that speak of the file or the machine, not of the statement. */
const failuresOfDatabase: ReadonlySet<number> = new Set([
  5, // BUSY: another process holds the lock for longer than we wait
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  11, // CORRUPT
  13, // FULL
  14, // CANTOPEN
  15, // PROTOCOL
  26, // NOTADB
]);

export function isFailureOfDatabase(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && failuresOfDatabase.has(code & 0xff);
}

const constraintUnique = 2067;
const constraintPrimaryKey = 1555;
const constraintForeignKey = 787;

function constraintOf(error: unknown): CommitRefusal | undefined {
  const code = codeOf(error);
  if (code === constraintForeignKey) return { kind: 'reference' };
  if (code !== constraintUnique && code !== constraintPrimaryKey) return undefined;
  return { kind: 'unique', column: messageOf(error).replace(/^UNIQUE constraint failed: /, '') };
}

function codeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
