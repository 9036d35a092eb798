import type { House } from '../../base/house.ts';
import { isRandomId } from '../../base/random-id.ts';
import { Refusal } from '../../base/refusal.ts';
import { type AccountRow, findAccount } from '../../store/user-list.ts';
import { splitNames } from '../split-names.ts';

/** A user as administrators see it. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly roles: readonly string[];
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly disabledAtMs: number | null;
}

export function toAccount(row: AccountRow): Account {
  return { ...row, roles: splitNames(row.roles) };
}

/** @throws Refusal `not_found` */
export async function readAccount(house: House, userId: string): Promise<Account> {
  const [row] = isRandomId(userId) ? await house.store.read(findAccount(userId)) : [];
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such user' });
  return toAccount(row);
}
