import { insertUserRole } from '../store/users.ts';
import type { Step } from './commit-act.ts';

/**
 * Steps of an act: the user has these roles too. Refused as `unknown_role`, naming the one that does not exist.
 * Does NOT check whether the caller may give them, nor their form, which must be that of a role's name.
 */
export function giveRoles(userId: string, roles: readonly string[]): readonly Step[] {
  return roles.map((role) => ({
    ...insertUserRole(userId, role),
    otherwise: 'unknown_role',
    fields: [{ path: 'roles', message: `names ${role}, which does not exist` }],
  }));
}
