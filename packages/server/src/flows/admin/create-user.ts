import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { addUser } from '../add-user.ts';
import { type Account, readAccount } from './account.ts';
import { requireMayGive } from './check-authority.ts';
import { checkNames } from './check-names.ts';

export interface CreateUser {
  readonly actor: Actor;
  readonly email: string;
  /** Without one, nobody can sign in to the account until one is set. */
  readonly password?: string | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  /** Default: the role that registration gives. */
  readonly roles?: readonly string[] | undefined;
}

/**
 * Makes an account, also while registration is closed.
 *
 * @throws Refusal `invalid_request`, `password_*`, `email_taken`, `username_taken`, `unknown_role`,
 *   `role_not_grantable`, `overloaded`
 */
export async function createUser(house: House, input: CreateUser, source: RequestSource): Promise<Account> {
  const { actor, email, password, username, name } = input;
  const roles = checkNames('roles', input.roles ?? [house.policy.defaultRole]);
  const added = await addUser(
    house,
    { email, password, username, name, roles },
    {
      action: 'user.created',
      actor,
      source,
      conditions: () => requireMayGive(actor, roles),
    },
  );
  return readAccount(house, added.id);
}
