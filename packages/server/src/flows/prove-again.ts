import type { Caller, House } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { verifyPassword } from '../proofs/password.ts';
import { recordAct } from '../store/audit.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';

/**
 * The caller proves to be the user, not only the holder of a token: asked for
 * by acts that could take an account over.
 *
 * Wrong passwords count against the account's log-in budget, so that this is
 * no second door for guessing.
 *
 * @throws Refusal `invalid_credentials`, `too_many_requests`
 */
export async function proveAgain(
  house: House,
  proof: { readonly caller: Caller; readonly password: string },
  source: Parameters<typeof recordAct>[0]['source'],
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
  await house.store.commit([
    recordAct({
      id: randomId(),
      atMs: house.now(),
      action: 'account.proof-failed',
      actor: caller.userId,
      subject: caller.userId,
      sessionId: caller.sessionId,
      source,
    }),
  ]);
  throw new Refusal('invalid_credentials', { reason: 'wrong password of a signed-in user' });
}
