import { z } from 'zod';
import { epochSeconds, idText, toSeconds } from '../text.ts';
import { pageQueryMembers } from './page.ts';

export const auditEntryObject = z
  .strictObject({
    id: z.string(),
    at: epochSeconds,
    action: z.string().describe('Such as `log-in.failed` or `user.disabled`; names are stable'),
    actor: z.string().describe('Id of a user or client, `cli`, or `anonymous`'),
    subject: z.string().nullable().describe('Whom or what it was done to'),
    session_id: z.string().nullable(),
    request_id: z.string().nullable(),
    address: z.string().nullable(),
    user_agent: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).describe('Never secrets; members depend on the action'),
  })
  .meta({ id: 'AuditEntry', title: 'Entry of the audit table' });

export type WireAuditEntry = z.infer<typeof auditEntryObject>;

export interface AuditFacts {
  readonly id: string;
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly subject: string | null;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export function toWireAuditEntry(entry: AuditFacts): WireAuditEntry {
  return {
    id: entry.id,
    at: toSeconds(entry.atMs),
    action: entry.action,
    actor: entry.actor,
    subject: entry.subject,
    session_id: entry.sessionId,
    request_id: entry.requestId,
    address: entry.address,
    user_agent: entry.userAgent,
    detail: { ...entry.detail },
  };
}

export const auditQuery = z.strictObject({
  ...pageQueryMembers,
  user_id: idText.optional().describe('What this user did, and what was done to this user'),
  action: z
    .string()
    .max(64)
    .regex(/^[a-z]+(?:[.-][a-z]+)*$/)
    .optional(),
});
