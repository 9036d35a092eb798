import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { adminRole } from '../../rules/permissions.ts';
import { publishEvents, type RevocationEvent } from '../../store/revocations.ts';
import { describeRole, holdersAre, listHolders, replaceRolePermissions } from '../../store/roles.ts';
import { beginAct } from '../begin-act.ts';
import { checkNames } from './check-names.ts';
import { requireHolds, requireMayGive } from './check-authority.ts';
import { commitAct, refusedAs, type Step } from '../commit-act.ts';
import { checkDescription, type Role, readRole } from './role.ts';

export interface RoleChange {
  readonly description?: string | undefined;
  /** All that the role permits afterwards. */
  readonly permissions?: readonly string[] | undefined;
}

interface ChangeRole {
  readonly actor: Actor;
  readonly name: string;
  readonly change: RoleChange;
}

/** With more holders, one event for everything is cheaper than one for each. */
const maxEventsOfOneAct = 100;
const maxAttempts = 5;

/**
 * Other permissions make the tokens of all holders stale, wherever they are;
 * sessions go on. Only who holds both what the role permits before and after
 * may change it. The role `admin` never changes.
 *
 * @throws Refusal `not_found`, `invalid_request`, `role_in_use`, `role_not_grantable`, `conflict`
 */
export async function changeRole(house: House, input: ChangeRole, source: RequestSource): Promise<Role> {
  if (input.name === adminRole) throw new Refusal('role_in_use', { reason: 'the role admin never changes' });
  for (let attempt = 1; ; attempt++) {
    try {
      return await changeOnce(house, input, source);
    } catch (error) {
      // Somebody got or lost the role since its holders were read.
      const isStale = error instanceof Refusal && error.code === 'conflict';
      if (!isStale || attempt === maxAttempts) throw error;
    }
  }
}

async function changeOnce(house: House, input: ChangeRole, source: RequestSource): Promise<Role> {
  const { actor, name, change } = input;
  const before = await readRole(house, name);
  const description =
    change.description === undefined ? before.description : checkDescription(change.description);
  const permissions =
    change.permissions === undefined ? before.permissions : checkNames('permissions', change.permissions);
  const given = permissions.filter((permission) => !before.permissions.includes(permission));
  const taken = before.permissions.filter((permission) => !permissions.includes(permission));
  const isOther = given.length > 0 || taken.length > 0;
  if (!isOther && description === before.description) return before;
  const stale = isOther ? await makeTokensStale(house, name) : { conditions: [], events: [] };
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('role.changed', { subject: name, detail: { given, taken } }),
    ...requireMayGive(actor, [name]),
    ...requireHolds(actor, permissions),
    ...stale.conditions,
    refusedAs(describeRole(name, description), 'not_found'),
    ...(isOther ? replaceRolePermissions(name, permissions) : []),
    ...publishEvents(house.feed, act, stale.events),
  ]);
  return readRole(house, name);
}

/** The holders are read before the commit, so the commit requires that they are still the same. */
async function makeTokensStale(
  house: House,
  role: string,
): Promise<{ readonly conditions: readonly Step[]; readonly events: readonly RevocationEvent[] }> {
  const rows = await house.store.read(listHolders(role, maxEventsOfOneAct + 1));
  const reason = `role ${role} changed`;
  if (rows.length > maxEventsOfOneAct) {
    return { conditions: [], events: [{ scope: 'everything', subject: '', reason }] };
  }
  const holders = rows.map(({ userId }) => userId);
  return {
    conditions: [refusedAs(holdersAre(role, holders), 'conflict')],
    events: holders.map((subject) => ({ scope: 'user-claims', subject, reason })),
  };
}
