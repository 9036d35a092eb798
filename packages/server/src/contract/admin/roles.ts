import { z } from 'zod';
import {
  maxPermissionLength,
  maxPermissionsOfRole,
  permissionForm,
  roleNameForm,
} from '../../rules/permissions.ts';
import { epochSeconds, toSeconds } from '../text.ts';

const roleName = z.string().max(64).regex(roleNameForm);

export const roleObject = z
  .strictObject({
    name: roleName,
    description: z.string(),
    permissions: z.array(z.string()),
    built_in: z.boolean().describe('Was there from the first start and cannot be removed'),
    created_at: epochSeconds,
  })
  .meta({ id: 'Role', title: 'Role' });

export type WireRole = z.infer<typeof roleObject>;

export const roleAnswer = z.strictObject({ role: roleObject });

export interface RoleFacts {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly isBuiltIn: boolean;
  readonly createdAtMs: number;
}

export function toWireRole(role: RoleFacts): WireRole {
  return {
    name: role.name,
    description: role.description,
    permissions: [...role.permissions],
    built_in: role.isBuiltIn,
    created_at: toSeconds(role.createdAtMs),
  };
}

export const roleParams = z.strictObject({ name: roleName });

const description = z.string().max(200);

const permissions = z
  .array(z.string().max(maxPermissionLength).regex(permissionForm))
  .max(maxPermissionsOfRole)
  .describe('Such as `users:read` or an application’s own `orders:write`; you must hold them all');

export const createRoleInput = z.strictObject({
  name: roleName,
  description: description.optional().describe('Empty when it is left out'),
  permissions,
});

export const changeRoleInput = z.strictObject({
  description: description.optional(),
  permissions: permissions.optional().describe('All that the role permits afterwards'),
});
