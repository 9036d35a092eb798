import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { notOfForm } from '../../base/refusal.ts';
import { isRoleName } from '../../rules/permissions.ts';
import { insertRole, replaceRolePermissions } from '../../store/roles.ts';
import { beginAct } from '../begin-act.ts';
import { checkNames } from './check-names.ts';
import { requireHolds } from './check-authority.ts';
import { commitAct } from '../commit-act.ts';
import { checkDescription, type Role, readRole } from './role.ts';

export interface CreateRole {
  readonly actor: Actor;
  /** `^[a-z][a-z0-9_-]{0,63}$` */
  readonly name: string;
  /** Default: none. */
  readonly description?: string | undefined;
  /** Ours, such as `users:read`, or an application's, such as `orders:write`. */
  readonly permissions: readonly string[];
}

/** @throws Refusal `invalid_request`, `role_taken`, `role_not_grantable` */
export async function createRole(house: House, input: CreateRole, source: RequestSource): Promise<Role> {
  const { actor, name } = input;
  if (!isRoleName(name)) throw notOfForm('name', 'begins with a letter and takes letters, digits, _ and -');
  const description = checkDescription(input.description ?? '');
  const permissions = checkNames('permissions', input.permissions);
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('role.created', { subject: name, detail: { permissions } }),
    ...requireHolds(actor, permissions),
    insertRole({ name, description, createdAtMs: act.atMs }),
    ...replaceRolePermissions(name, permissions),
  ]);
  return readRole(house, name);
}
