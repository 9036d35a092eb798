import { z } from 'zod';
import {
  maxPermissionLength,
  maxPermissionsOfRole,
  permissionForm,
  roleNameForm,
} from '../../rules/permissions.ts';
import { epochSeconds, toSeconds } from '../text.ts';

export interface WireRole {
  name: string;
  description: string;
  permissions: string[];
  built_in: boolean;
  created_at: number;
}

const roleName: z.ZodType<string> = z.string().max(64).regex(roleNameForm);

export const roleObject: z.ZodType<WireRole> = z
  .strictObject({
    name: roleName,
    description: z.string(),
    permissions: z.array(z.string()),
    built_in: z.boolean().describe('Was there from the first start and cannot be removed'),
    created_at: epochSeconds,
  })
  .meta({ id: 'Role', title: 'Role' });

export const roleAnswer: z.ZodType<{ role: WireRole }> = z.strictObject({ role: roleObject });

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

export const roleParams: z.ZodType<{ name: string }> = z.strictObject({ name: roleName });

const description: z.ZodType<string> = z.string().max(200);

const permissions: z.ZodType<string[]> = z
  .array(z.string().max(maxPermissionLength).regex(permissionForm))
  .max(maxPermissionsOfRole)
  .describe('Such as `users:read` or an application’s own `orders:write`; you must hold them all');

export const createRoleInput: z.ZodType<{ name: string; description: string; permissions: string[] }> =
  z.strictObject({ name: roleName, description, permissions });

export const changeRoleInput: z.ZodType<{
  description?: string | undefined;
  permissions?: string[] | undefined;
}> = z.strictObject({
  description: description.optional(),
  permissions: permissions.optional().describe('All that the role permits afterwards'),
});
