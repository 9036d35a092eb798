import { type Actor, actorId } from '../../base/actor.ts';
import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { holdsThese, mayActOn, mayGive } from '../../store/roles.ts';
import { refusedAs, type Step } from '../commit-act.ts';

/**
 * Conditions of acts, checked in the commit that they guard. They stand right
 * behind the audit row: behind a statement that gives, the actor may already
 * hold what he is giving to himself. The command line holds everything.
 */
export function requireMayGive(actor: Actor, roles: readonly string[]): Step[] {
  return only(actor, (id) => refusedAs(mayGive(id, roles), 'role_not_grantable'));
}

export function requireHolds(actor: Actor, permissions: readonly string[]): Step[] {
  return only(actor, (id) => refusedAs(holdsThese(id, permissions), 'role_not_grantable'));
}

/** Whoever sets an administrator's password is one afterwards, so an account above one's own is out of reach. */
export function requireMayActOn(actor: Actor, userId: string): Step[] {
  return only(actor, (id) => refusedAs(mayActOn(id, userId), 'role_not_grantable'));
}

function only(actor: Actor, condition: (id: string) => Step): Step[] {
  return actor.kind === 'command-line' ? [] : [condition(actorId(actor))];
}

const clockToleranceSeconds = 2;

/**
 * For acts that could take an account over: a stolen access token alone is not enough.
 *
 * @throws Refusal `insufficient_user_authentication` (RFC 9470 §3)
 */
export function checkRecentSignIn(house: House, actor: Actor): void {
  if (actor.kind === 'command-line') return;
  const maxAgeSeconds = house.policy.recentSignInSeconds;
  const ageSeconds = house.now() / 1000 - actor.caller.authTime;
  // One dated in the future, by a clock that was set back since, would stay recent until then.
  if (ageSeconds >= -clockToleranceSeconds && ageSeconds <= maxAgeSeconds) return;
  throw new Refusal('insufficient_user_authentication', { maxAgeSeconds });
}
