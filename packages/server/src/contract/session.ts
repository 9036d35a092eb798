import { z } from 'zod';
import { epochSeconds, idText, toSeconds } from './text.ts';

const sessionObject = z
  .strictObject({
    id: idText,
    current: z.boolean().describe('Whether it is the one that asks'),
    client_id: z.string(),
    address: z.string().describe('From where it was last used'),
    user_agent: z.string().nullable(),
    created_at: epochSeconds,
    last_used_at: epochSeconds,
    expires_at: epochSeconds,
  })
  .meta({ id: 'Session', title: 'Session' });

export type WireSession = z.infer<typeof sessionObject>;

export const sessionsAnswer = z.strictObject({
  sessions: z.array(sessionObject),
});

export interface SessionFacts {
  readonly id: string;
  readonly current: boolean;
  readonly clientId: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
}

export function toWireSession(session: SessionFacts): WireSession {
  return {
    id: session.id,
    current: session.current,
    client_id: session.clientId,
    address: session.address,
    user_agent: session.userAgent,
    created_at: toSeconds(session.createdAtMs),
    last_used_at: toSeconds(session.lastUsedAtMs),
    expires_at: toSeconds(session.expiresAtMs),
  };
}

export const sessionParams = z.strictObject({ id: idText });
