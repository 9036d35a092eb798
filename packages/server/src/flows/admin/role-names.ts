import { Refusal } from '../../base/refusal.ts';
import { isPermission, isRoleName, maxPermissionsOfRole, maxRolesOfUser } from '../../rules/permissions.ts';

/** Each once. @throws Refusal `invalid_request` naming `roles` */
export function checkRoleNames(roles: readonly string[]): readonly string[] {
  const names = [...new Set(roles)];
  if (names.length > maxRolesOfUser) throw notOfForm('roles', `takes at most ${maxRolesOfUser} names`);
  if (!names.every(isRoleName)) throw notOfForm('roles', 'takes names of roles');
  return names;
}

/** Each once. @throws Refusal `invalid_request` naming `permissions` */
export function checkPermissions(permissions: readonly string[]): readonly string[] {
  const names = [...new Set(permissions)];
  if (names.length > maxPermissionsOfRole) {
    throw notOfForm('permissions', `takes at most ${maxPermissionsOfRole} names`);
  }
  if (!names.every(isPermission)) throw notOfForm('permissions', 'takes names such as orders:write');
  return names;
}

export function notOfForm(path: string, message: string): Refusal {
  return new Refusal('invalid_request', { fields: [{ path, message }] });
}

const maxDescriptionCharacters = 200;
const controlCharacters = /\p{Cc}/u;

/** @throws Refusal `invalid_request` naming `description` */
export function checkDescription(text: string): string {
  const isFit =
    text.length <= maxDescriptionCharacters && text.isWellFormed() && !controlCharacters.test(text);
  if (!isFit)
    throw notOfForm('description', `takes at most ${maxDescriptionCharacters} characters on one line`);
  return text;
}
