import type { Caller, House } from '../base/house.ts';
import { listPasskeys as listPasskeyRows } from '../store/passkeys.ts';
import { type Passkey, toPasskey } from './passkey.ts';

/** The oldest first; no more than may be. */
export async function listPasskeys(house: House, { userId }: Caller): Promise<readonly Passkey[]> {
  return (await house.store.read(listPasskeyRows(userId))).map(toPasskey);
}
