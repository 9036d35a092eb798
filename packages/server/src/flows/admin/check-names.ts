import { notOfForm } from '../../base/refusal.ts';
import {
  isPermission,
  isRoleName,
  isScope,
  maxPermissionsOfRole,
  maxRolesOfUser,
  maxScopesOfClient,
} from '../../rules/permissions.ts';

const lists = {
  roles: { most: maxRolesOfUser, isName: isRoleName, form: 'names of roles' },
  permissions: { most: maxPermissionsOfRole, isName: isPermission, form: 'names such as orders:write' },
  scopes: { most: maxScopesOfClient, isName: isScope, form: 'scope tokens of RFC 6749 section 3.3' },
};

/** Each name once. @throws Refusal `invalid_request` naming the list */
export function checkNames(list: keyof typeof lists, given: readonly string[]): readonly string[] {
  const { most, isName, form } = lists[list];
  const names = [...new Set(given)];
  if (names.length > most) throw notOfForm(list, `takes at most ${most} names`);
  if (!names.every(isName)) throw notOfForm(list, `takes ${form}`);
  return names;
}
