import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { provePassword } from './prove-password.ts';

/**
 * The caller proves to be the user, not only the holder of a token: asked for
 * by acts that could take an account over.
 *
 * A wrong password counts as one at log-in does, so that this is no second door
 * for guessing.
 *
 * @throws Refusal `invalid_credentials`, `too_many_requests`
 */
export async function proveAgain(
  house: House,
  proof: { readonly caller: Caller; readonly password: string },
  source: RequestSource,
): Promise<SignInRow> {
  const { caller } = proof;
  const [user] = await house.store.read(
    findForSignIn({ column: 'id', value: caller.userId }, caller.clientId),
  );
  const presented = {
    account: { id: caller.userId },
    phc: user?.phc ?? undefined,
    password: proof.password,
  };
  const { proof: verdict, attempt } = await provePassword(house, presented, source);
  if (user !== undefined && verdict.correct && user.disabledAtMs === null) {
    await commitAct(house, [attempt.succeeded()]);
    return user;
  }
  const { record } = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [record('account.proof-failed', { subject: caller.userId })]);
  throw new Refusal('invalid_credentials', { reason: 'wrong password of a signed-in user' });
}
