import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { type Account, readAccount } from '../../flows/admin/account.ts';
import { findUserByName } from '../../flows/admin/find-user.ts';

/**
 * By id, e-mail address or user name. An id comes first: nobody chooses one,
 * but a user name may be chosen to look like somebody's.
 *
 * @throws Refusal `not_found`
 */
export async function findUser(house: House, identifier: string): Promise<Account> {
  try {
    return await readAccount(house, identifier);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return findUserByName(house, identifier);
    throw error;
  }
}
