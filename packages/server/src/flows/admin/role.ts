import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { isRoleName } from '../../rules/permissions.ts';
import { findRole, type RoleRow } from '../../store/roles.ts';
import { readNames } from '../profile.ts';

export interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  /** Was there from the first start, and cannot be removed. */
  readonly isBuiltIn: boolean;
  readonly createdAtMs: number;
}

export function toRole(row: RoleRow): Role {
  const { name, description, createdAtMs } = row;
  return {
    name,
    description,
    permissions: readNames(row.permissions),
    isBuiltIn: row.builtIn === 1,
    createdAtMs,
  };
}

/** @throws Refusal `not_found` */
export async function readRole(house: House, name: string): Promise<Role> {
  const [row] = isRoleName(name) ? await house.store.read(findRole(name)) : [];
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such role' });
  return toRole(row);
}
