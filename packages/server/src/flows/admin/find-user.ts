import { canonicalEmail, canonicalUsername } from '../../base/canonical.ts';
import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { findAccountByName } from '../../store/user-list.ts';
import { type Account, toAccount } from './account.ts';

/**
 * By the whole e-mail address or user name, in any case.
 *
 * @throws Refusal `not_found`
 */
export async function findUserByName(house: House, identifier: string): Promise<Account> {
  const [row] = await house.store.read(
    findAccountByName({ email: canonicalEmail(identifier), username: canonicalUsername(identifier) }),
  );
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such user' });
  return toAccount(row);
}
