import { splitNames } from './split-names.ts';

/** A user as the user and administrators see them. */
export interface Profile {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly createdAtMs: number;
}

/** What every row that carries a user has in common. */
export interface ProfileColumns {
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: string | null;
  readonly permissions: string | null;
  readonly createdAtMs: number;
}

export function toProfile(id: string, row: ProfileColumns): Profile {
  return {
    id,
    email: row.email,
    username: row.username,
    name: row.name,
    roles: splitNames(row.roles),
    permissions: splitNames(row.permissions),
    createdAtMs: row.createdAtMs,
  };
}
