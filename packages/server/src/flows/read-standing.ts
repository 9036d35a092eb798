import type { House } from '../base/house.ts';
import { type AssuranceLevel, levelOfMethods } from '../rules/second-factor-needed.ts';
import { splitNames } from './split-names.ts';

/** What somebody is and may at this moment. Each name once, in order. */
export interface Rights {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

/** `withheld` is what a sign-in with two factors would add: told to nobody, it names the way to them. */
export interface Standing extends Rights {
  readonly withheld: Rights;
}

export interface RightsColumns {
  /** Names separated by spaces. */
  readonly roles: string | null;
  /** `role/permission`, separated by spaces: which role brings which permission. */
  readonly grants: string | null;
}

const nothing: Rights = { roles: [], permissions: [] };

/**
 * Roles and permissions that a session of this strength has: every role that
 * was assigned, less those that the policy keeps for two factors. A permission
 * that another role brings too is kept.
 *
 * Whatever asserts rights reads them here, in tokens and live (A-170, A-171,
 * rows of the store do not have permissions, only grants. Who is
 * assigned a role, and so the last administrator, is not asked here.
 *
 * @param amr  what the session proved, as its row has it now
 */
export function readStanding(
  { policy }: Pick<House, 'policy'>,
  row: RightsColumns,
  amr: readonly string[],
): Standing {
  const kept = keptForTwo(policy.rolesRequiringSecondFactor, levelOfMethods(amr));
  if (kept.size === 0) return { ...readAssigned(row), withheld: nothing };
  const assigned = splitNames(row.roles);
  const grants = splitGrants(row.grants);
  const permissions = permissionsOf(grants.filter((grant) => !kept.has(roleOf(grant))));
  return {
    roles: assigned.filter((role) => !kept.has(role)),
    permissions,
    withheld: {
      roles: assigned.filter((role) => kept.has(role)),
      permissions: permissionsOf(grants).filter((permission) => !permissions.includes(permission)),
    },
  };
}

/** What was assigned, whatever a session proved: for administrators, who see accounts and not sessions. */
export function readAssigned(row: RightsColumns): Rights {
  return { roles: splitNames(row.roles), permissions: permissionsOf(splitGrants(row.grants)) };
}

const none: ReadonlySet<string> = new Set();

function keptForTwo(roles: readonly string[], level: AssuranceLevel): ReadonlySet<string> {
  return roles.length === 0 || level === 'aal2' ? none : new Set(roles);
}

/** `role/permission`; neither name holds a slash (`rules/permissions.ts`). */
function splitGrants(joined: string | null): readonly string[] {
  return joined === null ? [] : joined.split(' ');
}

function roleOf(grant: string): string {
  return grant.slice(0, grant.indexOf('/'));
}

function permissionsOf(grants: readonly string[]): readonly string[] {
  return [...new Set(grants.map((grant) => grant.slice(grant.indexOf('/') + 1)))].sort();
}
