import type { Statement } from '../base/house.ts';
import { list, mustChange, sql } from './sql.ts';
import { leavesAnAdministrator } from './users.ts';

export interface RoleRow {
  readonly name: string;
  readonly description: string;
  readonly builtIn: 0 | 1;
  readonly createdAtMs: number;
  /** Names separated by spaces. */
  readonly permissions: string | null;
}

const roleColumns = sql`name, description, built_in AS "builtIn", created_at_ms AS "createdAtMs",
  (SELECT string_agg(permission, ' ') FROM role_permissions WHERE role = roles.name) AS permissions`;

export function findRole(name: string): Statement<RoleRow> {
  return sql<RoleRow>`SELECT ${roleColumns} FROM roles WHERE name = ${name}`;
}

/** By name. */
export function listRoles(page: { readonly after: string; readonly limit: number }): Statement<RoleRow> {
  return sql<RoleRow>`SELECT ${roleColumns} FROM roles WHERE name > ${page.after} ORDER BY name LIMIT ${page.limit}`;
}

/** Refused as `unique` when the name is taken. */
export function insertRole(role: {
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
}): Statement {
  return sql`INSERT INTO roles (name, description, built_in, created_at_ms)
    VALUES (${role.name}, ${role.description}, 0, ${role.createdAtMs})`;
}

export function describeRole(name: string, description: string): Statement {
  return mustChange(1, sql`UPDATE roles SET description = ${description} WHERE name = ${name}`);
}

/** Afterwards the role permits exactly this. */
export function replaceRolePermissions(role: string, permissions: readonly string[]): Statement[] {
  return [
    sql`DELETE FROM role_permissions WHERE role = ${role} AND permission NOT IN (${orNothing(permissions)})`,
    ...permissions.map(
      (permission) =>
        sql`INSERT INTO role_permissions (role, permission) VALUES (${role}, ${permission}) ON CONFLICT DO NOTHING`,
    ),
  ];
}

/** `x NOT IN (NULL)` is never true; no name is empty, so this list excludes nothing. */
function orNothing(names: readonly string[]): Statement {
  return list(names.length === 0 ? [''] : names);
}

/** Refused when built in or not there, and as `reference` when somebody holds the role. */
export function deleteRole(name: string): Statement {
  return mustChange(1, sql`DELETE FROM roles WHERE name = ${name} AND built_in = 0`);
}

/** Afterwards the user has none but these roles, as far as he had them. */
export function takeOtherRoles(userId: string, roles: readonly string[]): Statement {
  return sql`DELETE FROM user_roles WHERE user_id = ${userId} AND role NOT IN (${orNothing(roles)})`;
}

/** At most `limit` of those whose tokens a change of the role makes stale. */
export function listHolders(role: string, limit: number): Statement<{ userId: string }> {
  return sql`SELECT user_id AS "userId" FROM user_roles WHERE role = ${role} ORDER BY user_id LIMIT ${limit}`;
}

// ---- conditions: statements that change nothing and refuse their act ---------

/** Refused when the holders are no longer these. */
export function holdersAre(role: string, userIds: readonly string[]): Statement {
  return mustChange(
    1,
    sql`SELECT 1 AS unchanged
      WHERE (SELECT count(*) FROM user_roles WHERE role = ${role}) = ${userIds.length}
        AND (SELECT count(*) FROM user_roles WHERE role = ${role} AND user_id IN (${list(userIds)})) = ${userIds.length}`,
  );
}

/** Stands before this user stops being an administrator: refused when no other active one is left. */
export function keepsAnAdministrator(userId: string): Statement {
  return mustChange(1, sql`SELECT 1 AS kept WHERE ${leavesAnAdministrator(userId)}`);
}

/** Who acts, with the roles that do not count for the session that he acts in. */
export interface ActingUser {
  readonly id: string;
  readonly withheldRoles: readonly string[];
}

/** Refused unless the actor is active and holds all that these roles permit. */
export function mayGive(actor: ActingUser, roles: readonly string[]): Statement {
  return holdsAll(
    actor,
    sql`SELECT permission FROM role_permissions WHERE role IN (${list(roles)})
      UNION ALL ${everything} FROM roles WHERE name = 'admin' AND name IN (${list(roles)})`,
  );
}

/** Refused unless the actor is active and holds all that the user holds: nobody acts on an account above his own. */
export function mayActOn(actor: ActingUser, userId: string): Statement {
  return holdsAll(
    actor,
    sql`SELECT permission FROM role_permissions JOIN user_roles USING (role) WHERE user_id = ${userId}
      UNION ALL ${everything} FROM user_roles WHERE user_id = ${userId} AND role = 'admin'`,
  );
}

/** Refused unless the actor is active and holds these. */
export function holdsThese(actor: ActingUser, permissions: readonly string[]): Statement {
  const [first, ...others] = permissions;
  const needed = others.reduce(
    (union, permission) => sql`${union} UNION ALL SELECT ${permission}`,
    first === undefined
      ? sql`SELECT permission FROM role_permissions WHERE 1 = 0`
      : sql`SELECT ${first} AS permission`,
  );
  return holdsAll(actor, needed);
}

/** What only the role `admin` stands for: not of the form of a permission, so no role can hold it. */
const everything = sql`SELECT '*'`;

/**
 * It stands before the statements that give something: afterwards an actor who
 * gives to himself would hold it. Permissions are read where they are kept, not
 * taken from a token.
 */
function holdsAll({ id, withheldRoles }: ActingUser, needed: Statement): Statement {
  const counting =
    withheldRoles.length === 0
      ? sql`user_id = ${id}`
      : sql`user_id = ${id} AND user_roles.role NOT IN (${list(withheldRoles)})`;
  return mustChange(
    1,
    sql`SELECT 1 AS held WHERE EXISTS (SELECT 1 FROM users WHERE id = ${id} AND disabled_at_ms IS NULL)
      AND (EXISTS (SELECT 1 FROM user_roles WHERE role = 'admin' AND ${counting})
        OR NOT EXISTS (SELECT 1 FROM (${needed}) AS needed WHERE needed.permission NOT IN
          (SELECT permission FROM role_permissions JOIN user_roles USING (role) WHERE ${counting})))`,
  );
}
