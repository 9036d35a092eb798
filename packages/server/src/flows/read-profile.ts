import type { Caller, House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findUser } from '../store/users.ts';
import { type Profile, toProfile } from './profile.ts';
import { readStanding } from './read-standing.ts';

/** As a token of the caller's session would say it. @throws Refusal `invalid_token` */
export async function readProfile(house: House, caller: Caller): Promise<Profile> {
  const [row] = await house.store.read(findUser(caller.userId));
  if (row === undefined) throw new Refusal('invalid_token', { reason: 'the user was deleted' });
  return toProfile(row.id, row, readStanding(house, row, caller.amr));
}
