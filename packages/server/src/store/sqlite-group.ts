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
 * 1. Each act is a savepoint, unless it is one statement, which is all or
 *    nothing by itself: one that is refused leaves no trace and does not touch
 *    the others.
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
    prepare('BEGIN IMMEDIATE').run();
    const outcomes = acts.map((act) => runAct(database, prepare, act));
    prepare('COMMIT').run();
    return outcomes;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    const message = messageOf(error);
    return acts.map(() => ({ kind: 'unavailable', message }));
  }
}

function runAct(database: DatabaseSync, prepare: Prepare, act: readonly Statement<unknown>[]): ActOutcome {
  const hasSavepoint = !isAtomic(act);
  if (hasSavepoint) prepare('SAVEPOINT act').run();
  const undo = (outcome: ActOutcome): ActOutcome => {
    if (hasSavepoint) {
      prepare('ROLLBACK TO act').run();
      prepare('RELEASE act').run();
    }
    return outcome;
  };
  const results: StatementResult<unknown>[] = [];
  for (const [index, statement] of act.entries()) {
    try {
      const result = runStatement(prepare, statement);
      if (statement.mustChange !== undefined && result.changes !== statement.mustChange) {
        return undo({ kind: 'refused', statement: index, cause: { kind: 'must-change' } });
      }
      results.push(result);
    } catch (error) {
      if (!database.isTransaction || isFailureOfDatabase(error)) throw error;
      // Not SQLite but the conversion of a row failed, when its change was made: only the group can be undone.
      if (!hasSavepoint && codeOf(error) === undefined) throw error;
      const cause = constraintOf(error);
      return undo(
        cause === undefined
          ? { kind: 'fault', message: messageOf(error) }
          : { kind: 'refused', statement: index, cause },
      );
    }
  }
  if (hasSavepoint) prepare('RELEASE act').run();
  return { kind: 'committed', results };
}

/**
 * Whether nothing of the act can be left behind when it is refused: SQLite undoes a statement that fails, and no
 * other one came before it. One whose changes are counted afterwards can be refused when they are made already.
 */
function isAtomic(act: readonly Statement<unknown>[]): boolean {
  return act.length === 1 && act[0]?.mustChange === undefined;
}

function runStatement(prepare: Prepare, statement: Statement<unknown>): StatementResult<unknown> {
  const prepared = prepare(statement.sql);
  const parameters: readonly SQLInputValue[] = statement.parameters;
  if (hasRows(prepared)) {
    const rows = prepared.all(...parameters);
    return { rows, changes: rows.length };
  }
  return { rows: [], changes: Number(prepared.run(...parameters).changes) };
}

const withRows = new WeakMap<StatementSync, boolean>();

function hasRows(prepared: StatementSync): boolean {
  let known = withRows.get(prepared);
  if (known === undefined) {
    known = prepared.columns().length > 0;
    withRows.set(prepared, known);
  }
  return known;
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
