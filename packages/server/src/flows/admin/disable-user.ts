import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import type { Account } from './account.ts';
import { changeUser } from './change-user.ts';

interface OneUser {
  readonly actor: Actor;
  readonly userId: string;
}

/** `changeUser` with one member. Ends all sessions and tokens of the user. */
export function disableUser(
  house: House,
  { actor, userId }: OneUser,
  source: RequestSource,
): Promise<Account> {
  return changeUser(house, { actor, userId, change: { disabled: true } }, source);
}

/** The user may sign in again; sessions that had ended stay ended. */
export function enableUser(
  house: House,
  { actor, userId }: OneUser,
  source: RequestSource,
): Promise<Account> {
  return changeUser(house, { actor, userId, change: { disabled: false } }, source);
}
