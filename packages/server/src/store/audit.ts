import type { AuditAction } from '../base/audit-action.ts';
import type { RequestSource, Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export interface Act {
  /** 22 base64url characters. The audit row comes first in its act: a repeated act meets its own id. */
  readonly id: string;
  readonly atMs: number;
  readonly action: AuditAction;
  /** A user's id, a client's id, `cli`, or `anonymous`. */
  readonly actor: string;
  readonly subject?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly source?: RequestSource | undefined;
  /** Never secrets, codes, tokens or passwords. */
  readonly detail?:
    | Readonly<Record<string, string | number | boolean | readonly string[] | null>>
    | undefined;
}

/** The row that says who did what, when and from where. It stands first in the list of its act. */
export function recordAct(act: Act): Recording {
  const statement: Statement = sql`INSERT INTO audit
    (id, at_ms, action, actor, subject, session_id, request_id, address, user_agent, detail)
    VALUES (${act.id}, ${act.atMs}, ${act.action}, ${act.actor}, ${act.subject ?? null},
      ${act.sessionId ?? null}, ${act.source?.requestId ?? null}, ${act.source?.address ?? null},
      ${act.source?.userAgent ?? null}, ${JSON.stringify(act.detail ?? {})})`;
  return { ...statement, [recorded]: act };
}

const recorded = Symbol('recorded');

/** What a statement of the audit table records; other threads do not see it. */
interface Recording extends Statement {
  readonly [recorded]: Act;
}

export function findRecordedAct(statement: Statement<unknown>): Act | undefined {
  return isRecording(statement) ? statement[recorded] : undefined;
}

function isRecording(statement: Statement<unknown>): statement is Recording {
  return recorded in statement;
}
