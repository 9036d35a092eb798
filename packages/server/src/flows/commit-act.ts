import type { CommitRefusal, House, Statement, StatementResult } from '../base/house.ts';
import { Refusal, type RefusalDetails } from '../base/refusal.ts';
import type { RefusalCode } from '../base/refusals.ts';
import { hasQueuedMessage } from '../store/outbox.ts';
import { findLastSequence } from '../store/revocations.ts';

/** One statement of an act, and what it means when the database refuses it. */
export interface Step extends Statement<unknown> {
  readonly otherwise?: RefusalCode;
  /** Which member of the input is wrong then. */
  readonly fields?: RefusalDetails['fields'];
}

export function refusedAs(statement: Statement<unknown>, otherwise: RefusalCode): Step {
  return { ...statement, otherwise };
}

export function allRefusedAs(statements: readonly Statement<unknown>[], otherwise: RefusalCode): Step[] {
  return statements.map((statement) => refusedAs(statement, otherwise));
}

/**
 * Commits all steps or none; events and messages that were among them are handed out at once. A refusal that no step foresees is a fault.
 *
 * @returns what each step returned, in the order of the steps
 * @throws Refusal `email_taken`, `username_taken`, `role_taken`, `passkey_taken`, or what the step says
 */
export async function commitAct(
  house: House,
  act: readonly Step[],
): Promise<readonly StatementResult<unknown>[]> {
  const outcome = await house.store.commit(act);
  if (outcome.kind === 'committed') {
    if (findLastSequence(outcome.results) !== undefined) house.feed.wake();
    if (hasQueuedMessage(outcome.results)) house.messages.wake();
    return outcome.results;
  }
  const step = act[outcome.statement];
  const taken = codeOfColumn(outcome.cause);
  const code = taken ?? step?.otherwise;
  if (code === undefined) {
    throw new Error(`statement ${outcome.statement} of an act was refused: ${outcome.cause.kind}`);
  }
  throw new Refusal(code, {
    databaseSaid: `refused by the database: ${outcome.cause.kind}`,
    ...(taken === undefined && step?.fields !== undefined && { fields: step.fields }),
  });
}

const takenColumns: Readonly<Record<string, RefusalCode>> = {
  'users.email_canonical': 'email_taken',
  'users.username_canonical': 'username_taken',
  'roles.name': 'role_taken',
  'passkeys.credential_id': 'passkey_taken',
};

function codeOfColumn(cause: CommitRefusal): RefusalCode | undefined {
  return cause.kind === 'unique' ? takenColumns[cause.column] : undefined;
}
