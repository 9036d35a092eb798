import type { Rights } from './read-standing.ts';

/** A user as the user and administrators see them. */
export interface Profile {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly emailVerified: boolean;
  /** Of messages to the user. */
  readonly language: string;
  readonly createdAtMs: number;
}

/** What every row that carries a user has in common. */
export interface ProfileColumns {
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly emailVerifiedAtMs: number | null;
  readonly language: string | null;
  readonly createdAtMs: number;
}

export function toProfile(id: string, row: ProfileColumns, rights: Rights): Profile {
  return {
    id,
    email: row.email,
    username: row.username,
    name: row.name,
    roles: rights.roles,
    permissions: rights.permissions,
    emailVerified: row.emailVerifiedAtMs !== null,
    language: row.language ?? 'en',
    createdAtMs: row.createdAtMs,
  };
}
