import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { deleteRole as deleteRow } from '../../store/roles.ts';
import { beginAct } from '../begin-act.ts';
import { requireMayGive } from './check-authority.ts';
import { commitAct, refusedAs } from '../commit-act.ts';
import { readRole } from './role.ts';

/**
 * Removes a role that nobody holds.
 *
 * @throws Refusal `not_found`; `role_in_use` when it is held, built in, or what registration gives;
 *   `role_not_grantable`
 */
export async function deleteRole(
  house: House,
  { actor, name }: { readonly actor: Actor; readonly name: string },
  source: RequestSource,
): Promise<void> {
  const role = await readRole(house, name);
  if (role.isBuiltIn || name === house.policy.defaultRole) {
    throw new Refusal('role_in_use', { reason: 'built in, or what registration gives' });
  }
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('role.deleted', { subject: name }),
    ...requireMayGive(actor, [name]),
    // Refused as `reference` while somebody holds it, also somebody who got it a moment ago.
    refusedAs(deleteRow(name), 'role_in_use'),
  ]);
}
