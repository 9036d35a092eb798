import type { Statement } from '../base/house.ts';
import { firstPartyClientId } from './clients.ts';
import { sql } from './sql.ts';

/**
 * What every database holds, run at each start: rows that exist stay as they
 * are, except that a built-in role gets the permissions of a newer version.
 *
 * @param roles built-in roles, as `rules/permissions.ts` has them
 */
export function firstRows(
  roles: Readonly<Record<string, { readonly description: string; readonly permissions: readonly string[] }>>,
  atMs: number,
): Statement[] {
  return [
    ...Object.entries(roles).flatMap(([name, role]) => [
      sql`INSERT INTO roles (name, description, built_in, created_at_ms)
        VALUES (${name}, ${role.description}, 1, ${atMs}) ON CONFLICT DO NOTHING`,
      ...role.permissions.map(
        (permission) =>
          sql`INSERT INTO role_permissions (role, permission) VALUES (${name}, ${permission}) ON CONFLICT DO NOTHING`,
      ),
    ]),
    sql`INSERT INTO clients (id, name, scopes, created_at_ms)
      VALUES (${firstPartyClientId}, 'First-party applications', '', ${atMs}) ON CONFLICT DO NOTHING`,
  ];
}
