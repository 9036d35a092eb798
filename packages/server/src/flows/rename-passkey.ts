import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { readName } from '../rules/account-names.ts';
import { findPasskey, renamePasskey as renameRow } from '../store/passkeys.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { type Passkey, toPasskey } from './passkey.ts';

/** @throws Refusal `not_found` when it is not one of the caller's; `invalid_request`, `too_many_requests` */
export async function renamePasskey(
  house: House,
  input: { readonly caller: Caller; readonly passkeyId: string; readonly name: string },
  source: RequestSource,
): Promise<Passkey> {
  const { caller, passkeyId } = input;
  const name = readName(input.name);
  house.limits.spend('passkeys by account', caller.userId);
  const { userId } = caller;
  const act = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [
    act.record('passkey.renamed', { subject: userId, detail: { passkey: passkeyId } }),
    refusedAs(renameRow({ id: passkeyId, userId, name }), 'not_found'),
  ]);
  const [row] = await house.store.read(findPasskey({ id: passkeyId, userId }));
  if (row === undefined) throw new Refusal('not_found', { reason: 'removed meanwhile' });
  return toPasskey(row);
}
