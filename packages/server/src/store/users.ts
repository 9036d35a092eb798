import type { SqlValue, Statement } from '../base/house.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { forgetAttemptsOfUser } from './attempts.ts';
import { mustChange, sql } from './sql.ts';

/** What an access token says about a user, and what must still be true when it is issued. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly emailVerifiedAtMs: number | null;
  /** Of messages; null for the default. */
  readonly language: string | null;
  readonly createdAtMs: number;
  /** When the account is deleted, as its owner wishes. */
  readonly deleteAfterMs: number | null;
  readonly disabledAtMs: number | null;
  readonly generation: number;
  /** Names separated by spaces. */
  readonly roles: string | null;
  /** `role/permission`, separated by spaces: `readStanding` says which of them count. */
  readonly grants: string | null;
  /** The feed's sequence number in the snapshot of this read. */
  readonly rvs: number;
}

/** All that a sign-in looks at, in one snapshot. */
export interface SignInRow extends UserRow {
  /** None while the password is closed: `markPasswordCompromised`. */
  readonly phc: string | null;
  readonly clientGeneration: number;
  /** Kinds separated by spaces: `readSecondFactors`. */
  readonly secondFactors: string | null;
}

/** `u` is the user's row. */
export const userColumns: Statement = sql`u.id, u.email, u.username, u.name, u.email_verified_at_ms AS "emailVerifiedAtMs",
  u.language, u.created_at_ms AS "createdAtMs", u.delete_after_ms AS "deleteAfterMs", u.disabled_at_ms AS "disabledAtMs", u.generation,
  (SELECT string_agg(role, ' ') FROM user_roles WHERE user_id = u.id) AS roles,
  (SELECT string_agg(role || '/' || permission, ' ') FROM role_permissions JOIN user_roles USING (role)
    WHERE user_id = u.id) AS grants,
  (SELECT seq FROM feed) AS rvs`;

export function findUser(id: string): Statement<UserRow> {
  return sql<UserRow>`SELECT ${userColumns} FROM users u WHERE u.id = ${id}`;
}

export function findForSignIn(
  by: { readonly column: keyof typeof column; readonly value: string },
  clientId: string,
): Statement<SignInRow> {
  return sql<SignInRow>`SELECT ${userColumns}, CASE WHEN p.compromised_at_ms IS NULL THEN p.phc END AS phc,
      c.generation AS "clientGeneration",
      (SELECT string_agg(kind, ' ') FROM (
        SELECT kind FROM factors WHERE user_id = u.id AND confirmed_at_ms IS NOT NULL
        UNION ALL SELECT 'passkey' WHERE EXISTS (SELECT 1 FROM passkeys WHERE user_id = u.id)
        UNION ALL SELECT 'recovery-code' WHERE EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = u.id)
      ) AS kinds) AS "secondFactors"
    FROM users u JOIN clients c ON c.id = ${clientId} LEFT JOIN passwords p ON p.user_id = u.id
    WHERE ${column[by.column]} = ${by.value}`;
}

const secondFactors: ReadonlySet<string> = new Set<SecondFactor>([
  'passkey',
  'totp',
  'sms',
  'email',
  'recovery-code',
]);

/** What the account can be asked for after a first proof. */
export function readSecondFactors(row: Pick<SignInRow, 'secondFactors'>): readonly SecondFactor[] {
  return (row.secondFactors ?? '').split(' ').filter(isSecondFactor);
}

function isSecondFactor(kind: string): kind is SecondFactor {
  return secondFactors.has(kind);
}

const column = {
  id: sql`u.id`,
  email_canonical: sql`u.email_canonical`,
  username_canonical: sql`u.username_canonical`,
};

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly emailCanonical: string;
  readonly username: string | null;
  readonly usernameCanonical: string | null;
  readonly name: string | null;
  readonly emailVerifiedAtMs: number | null;
  readonly language: string | null;
  readonly createdAtMs: number;
}

/** Refused as `unique` when the address or the user name is taken. */
export function insertUser(user: NewUser): Statement {
  return sql`INSERT INTO users
    (id, email, email_canonical, username, username_canonical, name, email_verified_at_ms, language,
      created_at_ms, updated_at_ms)
    VALUES (${user.id}, ${user.email}, ${user.emailCanonical}, ${user.username}, ${user.usernameCanonical},
      ${user.name}, ${user.emailVerifiedAtMs}, ${user.language}, ${user.createdAtMs}, ${user.createdAtMs})`;
}

/** Refused as `reference` when there is no such role. */
export function insertUserRole(userId: string, role: string): Statement {
  return sql`INSERT INTO user_roles (user_id, role) VALUES (${userId}, ${role}) ON CONFLICT DO NOTHING`;
}

export interface UserChanges {
  /** Another address counts as proven only when that is said. */
  readonly email?: {
    readonly shown: string;
    readonly canonical: string;
    readonly verifiedAtMs?: number | undefined;
  };
  readonly username?: { readonly shown: string; readonly canonical: string } | null;
  readonly name?: string | null;
  readonly language?: string;
}

/** Changes what is given and leaves the rest. Refused when there is no such user. */
export function updateUser(id: string, changes: UserChanges, atMs: number): Statement {
  const { email, username, name, language } = changes;
  return mustChange(
    1,
    sql`UPDATE users SET updated_at_ms = ${atMs}
      ${email === undefined ? sql`` : emailColumns(email)}
      ${username === undefined ? sql`` : usernameColumns(username)}
      ${name === undefined ? sql`` : sql`, name = ${name}`}
      ${language === undefined ? sql`` : sql`, language = ${language}`}
      WHERE id = ${id}`,
  );
}

function emailColumns(email: NonNullable<UserChanges['email']>): Statement {
  return sql`, email = ${email.shown}, email_canonical = ${email.canonical},
    email_verified_at_ms = ${email.verifiedAtMs ?? null}`;
}

function usernameColumns(username: NonNullable<UserChanges['username']> | null): Statement {
  const shown: SqlValue = username?.shown ?? null;
  return sql`, username = ${shown}, username_canonical = ${username?.canonical ?? null}`;
}

/** Refused when the generation is no longer the one that was read: what the act was allowed by has ended. */
export function keepGeneration({ id, generation }: Pick<UserRow, 'id' | 'generation'>): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET generation = generation WHERE id = ${id} AND generation = ${generation}
      AND disabled_at_ms IS NULL`,
  );
}

/** Sessions and tokens of the user must end: no refresh or new session of an older generation is granted. */
export function raiseUserGeneration(id: string, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET generation = generation + 1, updated_at_ms = ${atMs} WHERE id = ${id}`,
  );
}

/** As `raiseUserGeneration`, refused when the generation is no longer the one that was read. */
export function raiseReadGeneration(user: Pick<UserRow, 'id' | 'generation'>, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE users SET generation = generation + 1, updated_at_ms = ${atMs}
      WHERE id = ${user.id} AND generation = ${user.generation}`,
  );
}

export function setPassword(userId: string, phc: string, atMs: number): Statement {
  return sql`INSERT INTO passwords (user_id, phc, changed_at_ms) VALUES (${userId}, ${phc}, ${atMs})
    ON CONFLICT (user_id) DO UPDATE SET phc = excluded.phc, changed_at_ms = excluded.changed_at_ms,
      compromised_at_ms = NULL`;
}

/** Somebody else has it: it proves nothing until `setPassword`. */
export function markPasswordCompromised(userId: string, atMs: number): Statement {
  return sql`UPDATE passwords SET compromised_at_ms = ${atMs} WHERE user_id = ${userId}`;
}

/** Stronger parameters for the same password; loses against any other change of it. */
export function rehashPassword(userId: string, from: string, to: string): Statement {
  return sql`UPDATE passwords SET phc = ${to} WHERE user_id = ${userId} AND phc = ${from}`;
}

/** Whether an active administrator is left when this user stops being one. */
export function leavesAnAdministrator(userId: string): Statement {
  return sql`(NOT EXISTS (SELECT 1 FROM user_roles WHERE user_id = ${userId} AND role = 'admin')
    OR EXISTS (SELECT 1 FROM user_roles JOIN users ON users.id = user_roles.user_id
      WHERE role = 'admin' AND user_id <> ${userId} AND disabled_at_ms IS NULL))`;
}

/** A tombstone, so that the id never names anybody else, and the row with all that hangs on it. */
export function deleteUser(id: string, atMs: number): Statement[] {
  return [
    mustChange(
      1,
      sql`INSERT INTO deleted_users (id, deleted_at_ms)
        SELECT id, ${atMs} FROM users WHERE id = ${id} AND ${leavesAnAdministrator(id)}`,
    ),
    forgetAttemptsOfUser(id),
    mustChange(1, sql`DELETE FROM users WHERE id = ${id}`),
  ];
}
