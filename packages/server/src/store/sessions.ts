import type { Statement } from '../base/house.ts';
import { findDenials, type TokenNames } from './live-tokens.ts';
import { mustChange, sql } from './sql.ts';
import { type UserRow, userColumns } from './users.ts';

/**
 * A session's row.
 *
 * States: open → ended (`revoked_at_ms`) | expired | idle. None leads back.
 *
 * 1. `counter` only rises, by one, and by one statement that also finds the row.
 * 2. A session is opened and refreshed only while the generation numbers of its
 *    user and client are those that were read before it was opened.
 * 3. `refresh_id` appears in refresh tokens and nowhere else; it is not the `sid`.
 * 4. Nothing in the row is a secret: the successor is computed, not stored.
 * 5. Refreshing changes no indexed column.
 */
export interface NewSession {
  readonly id: string;
  readonly refreshId: string;
  readonly userId: string;
  readonly userGeneration: number;
  readonly clientId: string;
  readonly clientGeneration: number;
  readonly successorVersion: number;
  readonly overlapSeconds: number;
  readonly authTimeSeconds: number;
  readonly amr: readonly string[];
  readonly address: string;
  readonly userAgent: string | undefined;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface SessionCap {
  readonly maxSessions: number;
  readonly nowMs: number;
  readonly idleMs: number;
}

/** `s` is the session's row, `u` the user's. */
const openSince = ({ nowMs, idleMs }: SessionCap): Statement =>
  sql`s.user_id = u.id AND s.revoked_at_ms IS NULL AND s.expires_at_ms > ${nowMs}
    AND s.rotated_at_ms > ${nowMs - idleMs} AND s.user_generation = u.generation`;

/** Those that must end before another one can be opened: the longest unused. */
export function listSessionsAboveCap(userId: string, cap: SessionCap): Statement<{ id: string }> {
  return sql<{ id: string }>`SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE u.id = ${userId} AND ${openSince(cap)}
    ORDER BY s.rotated_at_ms DESC, s.created_at_ms DESC, s.id LIMIT 1000 OFFSET ${cap.maxSessions - 1}`;
}

/** Refused when the user has more sessions than may be open. Behind the one that was opened, in its act. */
export function requireSessionsWithinCap(userId: string, cap: SessionCap): Statement<unknown> {
  return mustChange(
    1,
    sql`SELECT 1 AS "isWithin" FROM users u
      WHERE u.id = ${userId} AND (SELECT count(*) FROM sessions s WHERE ${openSince(cap)}) <= ${cap.maxSessions}`,
  );
}

/** Refused when user or client was disabled, deleted or raised a generation since they were read (invariant 2). */
export function openSession(session: NewSession): Statement {
  return mustChange(
    1,
    sql`INSERT INTO sessions
      (id, refresh_id, user_id, client_id, user_generation, client_generation, successor_version, overlap_seconds,
       windows_refilled_at_ms, auth_time_seconds, amr, address, user_agent, created_at_ms, rotated_at_ms, expires_at_ms)
      SELECT ${session.id}, ${session.refreshId}, u.id, c.id, u.generation, c.generation,
        ${session.successorVersion}, ${session.overlapSeconds}, ${session.createdAtMs}, ${session.authTimeSeconds},
        ${session.amr.join(' ')}, ${session.address}, ${session.userAgent ?? null}, ${session.createdAtMs},
        ${session.createdAtMs}, ${session.expiresAtMs}
      FROM users u JOIN clients c ON c.id = ${session.clientId}
      WHERE u.id = ${session.userId} AND u.generation = ${session.userGeneration} AND u.disabled_at_ms IS NULL
        AND c.generation = ${session.clientGeneration} AND c.disabled_at_ms IS NULL`,
  );
}

/** The user of a session and what a token of it says, all read in one snapshot. */
export interface SessionTokenRow
  extends Omit<UserRow, 'id' | 'generation' | 'disabledAtMs' | 'deleteAfterMs'> {
  readonly sessionId: string;
  readonly userId: string;
  readonly counter: number;
  readonly successorVersion: number;
  readonly authTimeSeconds: number;
  readonly amr: string;
  readonly expiresAtMs: number;
}

export interface Spend {
  readonly refreshId: string;
  readonly counter: number;
  readonly version: number;
  readonly clientId: string;
  readonly requestHash: Uint8Array;
  readonly successorVersion: number;
  readonly nowMs: number;
  readonly idleMs: number;
  readonly address: string;
  readonly userAgent: string | undefined;
}

/**
 * Finds the session of a refresh token and spends the token, in one statement:
 * of any number of concurrent callers exactly one changes the row.
 */
export function spendRefreshToken(spend: Spend): Statement<SessionTokenRow> {
  return sql<SessionTokenRow>`UPDATE sessions SET counter = counter + 1, request_hash = ${spend.requestHash},
      successor_version = ${spend.successorVersion}, rotated_at_ms = ${spend.nowMs},
      address = ${spend.address}, user_agent = ${spend.userAgent ?? null}
    WHERE refresh_id = ${spend.refreshId} AND counter = ${spend.counter} AND client_id = ${spend.clientId}
      AND successor_version = ${spend.version} AND revoked_at_ms IS NULL
      AND expires_at_ms > ${spend.nowMs} AND rotated_at_ms > ${spend.nowMs - spend.idleMs}
      AND user_generation = (SELECT generation FROM users
        WHERE users.id = sessions.user_id AND users.disabled_at_ms IS NULL)
      AND client_generation = (SELECT generation FROM clients
        WHERE clients.id = sessions.client_id AND clients.disabled_at_ms IS NULL)
    RETURNING id AS "sessionId", user_id AS "userId", counter, successor_version AS "successorVersion",
      auth_time_seconds AS "authTimeSeconds", amr, expires_at_ms AS "expiresAtMs",
      (SELECT email FROM users WHERE users.id = sessions.user_id) AS email,
      (SELECT username FROM users WHERE users.id = sessions.user_id) AS username,
      (SELECT name FROM users WHERE users.id = sessions.user_id) AS name,
      (SELECT email_verified_at_ms FROM users WHERE users.id = sessions.user_id) AS "emailVerifiedAtMs",
      (SELECT language FROM users WHERE users.id = sessions.user_id) AS language,
      (SELECT created_at_ms FROM users WHERE users.id = sessions.user_id) AS "createdAtMs",
      (SELECT string_agg(role, ' ') FROM user_roles WHERE user_roles.user_id = sessions.user_id) AS roles,
      (SELECT string_agg(role || '/' || permission, ' ') FROM role_permissions JOIN user_roles USING (role)
        WHERE user_roles.user_id = sessions.user_id) AS grants,
      (SELECT seq FROM feed) AS rvs`;
}

/** All that the refresh decision looks at, and all that a token would say, in one snapshot. */
export interface DecisionRow extends SessionTokenRow {
  readonly clientId: string;
  readonly requestHash: Uint8Array | null;
  readonly overlapSeconds: number;
  readonly rotatedAtMs: number;
  readonly revokedAtMs: number | null;
  readonly windowsUsed: number;
  readonly windowsRefilledAtMs: number;
  readonly windowOpenedAtMs: number;
  /** 1 while user and client are those that the session was opened for. */
  readonly generationsHold: 0 | 1;
}

export function readForDecision(refreshId: string): Statement<DecisionRow> {
  return sql<DecisionRow>`SELECT ${userColumns}, s.id AS "sessionId", s.user_id AS "userId", s.counter,
      s.successor_version AS "successorVersion", s.auth_time_seconds AS "authTimeSeconds", s.amr,
      s.expires_at_ms AS "expiresAtMs", s.client_id AS "clientId", s.request_hash AS "requestHash",
      s.overlap_seconds AS "overlapSeconds", s.rotated_at_ms AS "rotatedAtMs", s.revoked_at_ms AS "revokedAtMs",
      s.windows_used AS "windowsUsed", s.windows_refilled_at_ms AS "windowsRefilledAtMs",
      s.window_opened_at_ms AS "windowOpenedAtMs",
      CASE WHEN s.user_generation = u.generation AND u.disabled_at_ms IS NULL
        AND s.client_generation = c.generation AND c.disabled_at_ms IS NULL THEN 1 ELSE 0 END AS "generationsHold"
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN clients c ON c.id = s.client_id
    WHERE s.refresh_id = ${refreshId}`;
}

/** Opens one more window for a late answer; refused when the row is no longer as it was decided upon. */
export function openReplayWindow(
  row: Pick<DecisionRow, 'sessionId' | 'counter' | 'windowOpenedAtMs' | 'windowsUsed'>,
  window: { readonly used: number; readonly refilledAtMs: number; readonly openedAtMs: number },
): Statement {
  return mustChange(
    1,
    sql`UPDATE sessions SET windows_used = ${window.used}, windows_refilled_at_ms = ${window.refilledAtMs},
      window_opened_at_ms = ${window.openedAtMs}
      WHERE id = ${row.sessionId} AND counter = ${row.counter} AND revoked_at_ms IS NULL
        AND windows_used = ${row.windowsUsed} AND window_opened_at_ms = ${row.windowOpenedAtMs}`,
  );
}

/** Refused when the session has ended already, or is not of that user. */
export function endSession(
  by: { readonly sessionId: string; readonly userId?: string },
  reason: string,
  atMs: number,
): Statement {
  return mustChange(
    1,
    sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
      WHERE id = ${by.sessionId} AND revoked_at_ms IS NULL
      ${by.userId === undefined ? sql`` : sql`AND user_id = ${by.userId}`}`,
  );
}

/** As `endSession`, for a session that somebody else may have ended meanwhile: then it stays as it is. */
export function endSessionIfOpen(sessionId: string, reason: string, atMs: number): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
    WHERE id = ${sessionId} AND revoked_at_ms IS NULL`;
}

export function endSessionsOfUser(userId: string, reason: string, atMs: number): Statement {
  return sql`UPDATE sessions SET revoked_at_ms = ${atMs}, revoked_reason = ${reason}
    WHERE user_id = ${userId} AND revoked_at_ms IS NULL`;
}

export function findSessionByRefreshId(
  refreshId: string,
): Statement<{ sessionId: string; userId: string; clientId: string; revokedAtMs: number | null }> {
  return sql`SELECT id AS "sessionId", user_id AS "userId", client_id AS "clientId",
    revoked_at_ms AS "revokedAtMs"
    FROM sessions WHERE refresh_id = ${refreshId}`;
}

/**
 * The user behind a token of a session that is open now; no row when anything
 * about it has ended. Roles and permissions come with the row, so events about
 * the user's claims are not asked for.
 */
export function findLiveSession(
  { sessionId, subject, ...token }: TokenNames & { readonly sessionId: string },
  nowMs: number,
): Statement<UserRow & { readonly amr: string }> {
  return sql<UserRow & { readonly amr: string }>`SELECT ${userColumns}, s.amr
    FROM sessions s JOIN users u ON u.id = s.user_id JOIN clients c ON c.id = s.client_id
    WHERE s.id = ${sessionId} AND s.user_id = ${subject} AND s.revoked_at_ms IS NULL AND s.expires_at_ms > ${nowMs}
      AND s.user_generation = u.generation AND u.disabled_at_ms IS NULL
      AND s.client_generation = c.generation AND c.disabled_at_ms IS NULL
      AND NOT EXISTS (${findDenials(token)})`;
}
