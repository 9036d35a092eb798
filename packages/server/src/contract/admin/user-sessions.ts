import { z } from 'zod';
import { epochSeconds, idText, toSeconds } from '../text.ts';
import { pageQueryMembers } from './page.ts';

export const userSessionObject = z
  .strictObject({
    id: idText,
    user_id: idText,
    client_id: z.string(),
    address: z.string().describe('From where it was last used'),
    user_agent: z.string().nullable(),
    created_at: epochSeconds,
    last_used_at: epochSeconds,
    expires_at: epochSeconds,
    ended_at: epochSeconds.nullable().describe('Null while nobody has ended it'),
    ended_because: z.string().nullable(),
  })
  .meta({ id: 'UserSession', title: 'Session, as administrators see it' });

export type WireUserSession = z.infer<typeof userSessionObject>;

export interface UserSessionFacts {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly address: string;
  readonly userAgent: string | null;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
  readonly revokedReason: string | null;
}

export function toWireUserSession(session: UserSessionFacts): WireUserSession {
  return {
    id: session.id,
    user_id: session.userId,
    client_id: session.clientId,
    address: session.address,
    user_agent: session.userAgent,
    created_at: toSeconds(session.createdAtMs),
    last_used_at: toSeconds(session.lastUsedAtMs),
    expires_at: toSeconds(session.expiresAtMs),
    ended_at: session.revokedAtMs === null ? null : toSeconds(session.revokedAtMs),
    ended_because: session.revokedReason,
  };
}

export const userSessionQuery = z.strictObject({
  ...pageQueryMembers,
  user_id: idText,
});

export const userSessionParams = z.strictObject({ id: idText });
