/**
 * What the admin API asks for. Every row below `/v1/admin` names one of
 * these; the built-in role `admin` holds them all.
 */
export const builtInPermissions = {
  'users:read': 'See accounts, their roles and whether they are disabled',
  'users:write': 'Create and change accounts, give roles, disable, set passwords, sign out',
  'users:delete': 'Delete accounts for good',
  'roles:read': 'See roles and what they permit',
  'roles:write': 'Create, change and remove roles',
  'clients:read': 'See machine clients and their scopes, never their secrets',
  'clients:write': 'Create, change and remove machine clients, make new secrets',
  'keys:read': 'See the signing keys, never their private part',
  'keys:write': 'Rotate the signing keys',
  'sessions:read': 'See the sessions of any account',
  'sessions:write': 'End a session of any account',
  'revocations:read': 'See what was revoked, when and why',
  'revocations:write': 'Revoke tokens, sessions, users, clients, keys, or everything',
  'webhooks:read': 'See the endpoints that are told of revocations, never their secrets',
  'webhooks:write': 'Register, disable, test and remove those endpoints',
  'audit:read': 'Read who did what and when',
} as const satisfies Record<string, string>;

export type BuiltInPermission = keyof typeof builtInPermissions;

/**
 * The role of those who run the house. It cannot be changed or removed, and
 * at least one active user keeps it. Its holders, like the command line, may
 * give any permission: without that nobody could give the first `orders:write`,
 * which means something to an application and nothing here.
 */
export const adminRole = 'admin';

/** Roles that are there from the first start. `user` permits nothing until someone changes it. */
export const builtInRoles = {
  admin: { description: 'Runs the house', permissions: Object.keys(builtInPermissions) },
  user: { description: 'Whoever has an account', permissions: [] },
} as const satisfies Record<string, { description: string; permissions: readonly string[] }>;

/** No spaces: names are kept joined by them, and claims are split by them. */
export const roleNameForm: RegExp = /^[a-z][a-z0-9_-]{0,63}$/;

export const permissionForm: RegExp = /^[a-z][a-z0-9_-]*(?::[a-z][a-z0-9_-]*)*$/;

export const maxPermissionLength = 128;

/** Bounds the claims of a token: one is refused above 4 kB. */
export const maxPermissionsOfRole = 100;

export const maxRolesOfUser = 20;

export function isRoleName(text: string): boolean {
  return roleNameForm.test(text);
}

export function isPermission(text: string): boolean {
  return text.length <= maxPermissionLength && permissionForm.test(text);
}

/** One `scope-token` of RFC 6749 §3.3: printable ASCII without space, `"` and `\`. */
export const scopeForm: RegExp = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

export const maxScopesOfClient = 50;

export function isScope(text: string): boolean {
  return scopeForm.test(text);
}
