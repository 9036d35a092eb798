import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

/** What an access token names, by which events deny it. */
export interface TokenNames {
  readonly tokenId: string;
  readonly subject: string;
  readonly clientId: string;
  readonly sessionId: string | undefined;
  readonly keyId: string | undefined;
  /** The feed's sequence number when it was issued. */
  readonly rvs: number;
}

/**
 * A row for each event that denies the token, whatever may be read live about
 * its subject. Exact, and as new as the snapshot: the issuer itself does not
 * wait for its own feed.
 */
export function findDenials({
  tokenId,
  clientId,
  keyId,
  rvs,
}: Omit<TokenNames, 'subject' | 'sessionId'>): Statement {
  return sql`SELECT seq FROM revocations WHERE (subject = ${tokenId} AND scope = 'token')
    OR (subject = ${clientId} AND scope = 'client' AND epoch > ${rvs})
    OR (subject = ${keyId ?? ''} AND scope = 'key')
    OR (subject = '' AND scope = 'everything' AND epoch > ${rvs})`;
}

/** One row while nothing denies the token: as a guard that has heard everything would see it. */
export function findLiveToken(token: TokenNames, nowMs: number): Statement<{ readonly live: 1 }> {
  const { subject, sessionId, rvs } = token;
  return sql<{ readonly live: 1 }>`SELECT 1 AS live WHERE NOT EXISTS (${findDenials(token)})
    AND NOT EXISTS (SELECT 1 FROM revocations
      WHERE subject = ${subject} AND scope IN ('user', 'user-claims') AND epoch > ${rvs})
    AND ${sessionId === undefined ? isClientOpen(token.clientId) : isSessionOpen({ sessionId, subject, nowMs })}`;
}

function isClientOpen(clientId: string): Statement {
  return sql`EXISTS (SELECT 1 FROM clients WHERE id = ${clientId} AND disabled_at_ms IS NULL)`;
}

/** The session, its user and its client are those that it was opened for. */
function isSessionOpen(session: {
  readonly sessionId: string;
  readonly subject: string;
  readonly nowMs: number;
}): Statement {
  return sql`EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id JOIN clients c ON c.id = s.client_id
    WHERE s.id = ${session.sessionId} AND s.user_id = ${session.subject}
      AND s.revoked_at_ms IS NULL AND s.expires_at_ms > ${session.nowMs}
      AND s.user_generation = u.generation AND u.disabled_at_ms IS NULL
      AND s.client_generation = c.generation AND c.disabled_at_ms IS NULL)`;
}
