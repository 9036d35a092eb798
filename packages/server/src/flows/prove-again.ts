import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { verifyPassword } from '../proofs/password.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';

/**
 * The caller proves to be the user, not only the holder of a token: asked for
 * by acts that could take an account over.
 *
 * Wrong passwords count against a budget of the account, so that this is no
 * second door for guessing.
 *
 * @throws Refusal `invalid_credentials`, `too_many_requests`
 */
export async function proveAgain(
  house: House,
  proof: { readonly caller: Caller; readonly password: string },
  source: RequestSource,
): Promise<SignInRow> {
  const { caller } = proof;
  house.limits.spend('reauthentication by account', caller.userId);
  const [user] = await house.store.read(
    findForSignIn({ column: 'id', value: caller.userId }, caller.clientId),
  );
  const { correct } = await verifyPassword(house, user?.phc ?? undefined, proof.password);
  if (user !== undefined && correct && user.disabledAtMs === null) {
    house.limits.restore('reauthentication by account', caller.userId);
    return user;
  }
  const { record } = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [record('account.proof-failed', { subject: caller.userId })]);
  throw new Refusal('invalid_credentials', { reason: 'wrong password of a signed-in user' });
}
