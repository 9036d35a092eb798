import { z } from 'zod';
import { epochSeconds, reasonText, toSeconds } from '../text.ts';

const scopeName = z.enum([
  'token',
  'session',
  'user',
  'user-claims',
  'client',
  'tenant',
  'key',
  'everything',
]);

export const revocationObject = z
  .strictObject({
    seq: z.int().describe('Number in the feed'),
    scope: scopeName,
    subject: z.string().nullable().describe('`jti`, `sid`, `sub`, `client_id`, `tid` or `kid`'),
    reason: z.string(),
    at: epochSeconds,
    actor: z.string().nullable().describe('Id of a user or client, `cli`, or null'),
  })
  .meta({ id: 'Revocation', title: 'Revocation' });

export type WireRevocation = z.infer<typeof revocationObject>;

export interface RevocationFacts {
  readonly seq: number;
  readonly scope: WireRevocation['scope'];
  readonly subject: string;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly actor: string | null;
}

export function toWireRevocation(row: RevocationFacts): WireRevocation {
  return {
    seq: row.seq,
    scope: row.scope,
    subject: row.subject === '' ? null : row.subject,
    reason: row.reason,
    at: toSeconds(row.createdAtMs),
    actor: row.actor,
  };
}

const maxTimeoutMs = 60_000;

export const revocationInput = z.strictObject({
  scope: scopeName,
  subject: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('`jti`, `sid`, `sub`, `client_id`, `tid` or `kid`; left out for `everything`'),
  reason: reasonText,
  wait: z
    .enum(['none', 'all'])
    .optional()
    .describe('`all` waits until no guard accepts what was revoked; default `none`'),
  timeout_ms: z.int().min(0).max(maxTimeoutMs).optional().describe('With `wait`; default 10000'),
});

const defaultTimeoutMs = 10_000;

/** How long the caller waits for guards. */
export function readTimeoutMs(input: z.infer<typeof revocationInput>): number {
  return input.wait === 'all' ? (input.timeout_ms ?? defaultTimeoutMs) : 0;
}

export const revocationAnswer = z.strictObject({
  seq: z.int().describe('Number of the event in the feed'),
  confirmed: z.int().describe('Guard processes that accept nothing of it any more'),
  connected: z.int().describe('Guard processes that may be alive'),
  lagging: z.array(
    z.strictObject({ process: z.string(), client_id: z.string(), last_seen_at: epochSeconds }),
  ),
});

export type WireRevocationAnswer = z.infer<typeof revocationAnswer>;

export interface ConfirmationFacts {
  readonly confirmed: number;
  readonly connected: number;
  readonly lagging: readonly {
    readonly process: string;
    readonly clientId: string;
    readonly lastSeenMs: number;
  }[];
}

export function toWireRevocationAnswer(seq: number, facts: ConfirmationFacts): WireRevocationAnswer {
  return {
    seq,
    confirmed: facts.confirmed,
    connected: facts.connected,
    lagging: facts.lagging.map((guard) => ({
      process: guard.process,
      client_id: guard.clientId,
      last_seen_at: toSeconds(guard.lastSeenMs),
    })),
  };
}
