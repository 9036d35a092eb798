import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

/** A user as administrators see it: no password, no hash, no factor. */
export interface AccountRow {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly disabledAtMs: number | null;
  /** Names separated by spaces. */
  readonly roles: string | null;
}

const accountColumns = sql`id, email, username, name, created_at_ms AS "createdAtMs", updated_at_ms AS "updatedAtMs",
  disabled_at_ms AS "disabledAtMs",
  (SELECT string_agg(role, ' ') FROM user_roles WHERE user_id = users.id) AS roles`;

export function findAccount(id: string): Statement<AccountRow> {
  return sql<AccountRow>`SELECT ${accountColumns} FROM users WHERE id = ${id}`;
}

/** By the canonical form of either name. */
export function findAccountByName(canonical: {
  readonly email: string;
  readonly username: string;
}): Statement<AccountRow> {
  return sql<AccountRow>`SELECT ${accountColumns} FROM users
    WHERE email_canonical = ${canonical.email} OR username_canonical = ${canonical.username} LIMIT 1`;
}

export interface AccountPage {
  /** Beginning of the canonical e-mail address or user name; empty for all. */
  readonly prefix: string;
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}

/**
 * Newest first. A prefix is a range of the unique indexes, not a pattern, so
 * nothing in it is a wildcard and a search reads no more than it finds.
 */
export function listAccounts(page: AccountPage): Statement<AccountRow> {
  const { atMs, id } = page.after;
  return sql<AccountRow>`SELECT ${accountColumns} FROM users
    WHERE (created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id}))
      ${page.prefix === '' ? sql`` : beginsWith(page.prefix)}
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

/** U+10FFFF is no character, and in UTF-8 it sorts behind all of them. */
const lastCharacter = '\u{10FFFF}';

function beginsWith(prefix: string): Statement {
  const end = prefix + lastCharacter;
  return sql`AND ((email_canonical >= ${prefix} AND email_canonical < ${end})
    OR (username_canonical >= ${prefix} AND username_canonical < ${end}))`;
}
