import type { Actor } from '../../base/actor.ts';
import type { House } from '../../base/house.ts';
import { type ActingUser, holdsThese, mayActOn, mayGive } from '../../store/roles.ts';
import { refusedAs, type Step } from '../commit-act.ts';
import { readRecentUser } from '../read-recent-user.ts';

/**
 * Conditions of acts, checked in the commit that they guard. They stand right
 * behind the audit row: behind a statement that gives, the actor may already
 * hold what he is giving to himself. The command line holds everything.
 */
export function requireMayGive(actor: Actor, roles: readonly string[]): Step[] {
  return only(actor, (user) => refusedAs(mayGive(user, roles), 'role_not_grantable'));
}

export function requireHolds(actor: Actor, permissions: readonly string[]): Step[] {
  return only(actor, (user) => refusedAs(holdsThese(user, permissions), 'role_not_grantable'));
}

/** Whoever sets an administrator's password is one afterwards, so an account above one's own is out of reach. */
export function requireMayActOn(actor: Actor, userId: string): Step[] {
  return only(actor, (user) => refusedAs(mayActOn(user, userId), 'role_not_grantable'));
}

function only(actor: Actor, condition: (user: ActingUser) => Step): Step[] {
  if (actor.kind === 'command-line') return [];
  const { userId: id, withheld } = actor.caller;
  return [condition({ id, withheldRoles: withheld.roles })];
}

/**
 * For acts that could take an account over: a stolen access token alone is not
 * enough, nor is the password of an administrator who has a second factor.
 *
 * @throws Refusal `insufficient_user_authentication` (RFC 9470 §3)
 */
export async function checkRecentSignIn(house: House, actor: Actor): Promise<void> {
  if (actor.kind === 'user') await readRecentUser(house, actor.caller);
}
