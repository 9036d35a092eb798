import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

export interface AuditRow {
  readonly seq: number;
  readonly id: string;
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly subject: string | null;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** A JSON object. */
  readonly detail: string;
}

export interface AuditPage {
  /** What this user did, and what was done to this user. */
  readonly userId?: string | undefined;
  readonly action?: string | undefined;
  readonly before: number;
  readonly limit: number;
}

/** Newest first. */
export function listAuditRows(page: AuditPage): Statement<AuditRow> {
  const { userId } = page;
  if (userId === undefined) return newestOf(page, sql``);
  // One index each for actor and subject, and at most two pages are read; an OR would sort all of them.
  return sql<AuditRow>`SELECT * FROM (${newestOf(page, sql`AND actor = ${userId}`)}) AS done
    UNION SELECT * FROM (${newestOf(page, sql`AND subject = ${userId}`)}) AS undergone
    ORDER BY seq DESC LIMIT ${page.limit}`;
}

function newestOf(page: AuditPage, condition: Statement): Statement<AuditRow> {
  return sql<AuditRow>`SELECT seq, id, at_ms AS "atMs", action, actor, subject, session_id AS "sessionId",
      request_id AS "requestId", address, user_agent AS "userAgent", detail
    FROM audit WHERE seq < ${page.before} ${condition}
      ${page.action === undefined ? sql`` : sql`AND action = ${page.action}`}
    ORDER BY seq DESC LIMIT ${page.limit}`;
}
