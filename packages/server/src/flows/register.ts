import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { addUser } from './add-user.ts';
import type { Profile } from './profile.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
}

/**
 * Makes an account with the default role. Does NOT sign it in, nor prove the
 * address.
 *
 * @throws Refusal `registration_closed`, `email_taken`, `username_taken`, `password_*`, `too_many_requests`
 */
export async function register(house: House, input: Registration, source: RequestSource): Promise<Profile> {
  if (house.policy.registration === 'closed') throw new Refusal('registration_closed');
  house.limits.spend('register by source', source.address);
  return addUser(
    house,
    { ...input, roles: [house.policy.defaultRole] },
    { action: 'account.registered', actor: undefined, source },
  );
}
