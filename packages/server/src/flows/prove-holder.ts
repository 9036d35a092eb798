import type { Caller, House, RequestSource } from '../base/house.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { provePassword } from './prove-password.ts';

export interface Holding {
  readonly userId: string;
  /** Whose access token came along, if any. */
  readonly caller?: Caller | undefined;
  readonly password?: string | undefined;
}

/**
 * Whoever holds a link to a mailbox also holds the account that the link is
 * for: by a session of it, or by its password. Somebody else's session proves
 * nothing.
 *
 * @throws Refusal `invalid_credentials`, `invalid_request` naming `password`, `too_many_requests`, `overloaded`
 */
export async function proveHolder(
  house: House,
  { userId, caller, password }: Holding,
  source: RequestSource,
): Promise<SignInRow> {
  const [user] = await house.store.read(findForSignIn({ column: 'id', value: userId }, firstPartyClientId));
  if (user === undefined || whyNotAllowed(user) !== undefined) {
    throw new Refusal('invalid_link', { reason: 'the account is gone or closed' });
  }
  if (caller?.userId === userId) return user;
  if (password === undefined)
    throw notOfForm('password', 'is needed unless you are signed in to the account');
  const presented = { account: { id: userId }, phc: user.phc ?? undefined, password };
  const { proof, attempt } = await provePassword(house, presented, source);
  if (proof.correct) {
    await commitAct(house, [attempt.succeeded()]);
    return user;
  }
  const { record } = beginAct(house, 'anonymous', source);
  await commitAct(house, [record('account.proof-failed', { subject: userId })]);
  throw new Refusal('invalid_credentials', { reason: 'wrong password beside a link' });
}
