import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import type { Assertion } from '../proofs/passkey.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findPasskeyOfCredential, type PasskeyRow } from '../store/passkeys.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { spendCeremony } from './ceremony.ts';
import { commitAct } from './commit-act.ts';
import { continueSignIn, type SignInOutcome } from './continue-sign-in.ts';
import { type PasskeyOutcome, provePasskey } from './prove-passkey.ts';

export interface PasskeyLogIn {
  /** As the options came with it. */
  readonly challengeId: string;
  readonly assertion: Assertion;
  /** The refresh token that the caller still holds, if any: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
}

/**
 * Signs in with a passkey alone.
 *
 * States: limited → ceremony spent → read → proven → session open.
 *
 * 1. The ceremony is spent before the answer is looked at: of any number of answers to one, one is verified.
 * 2. No budget of an account is touched: who locks a password out does not lock out the owner of a passkey.
 * 3. An unknown credential, a removed one, a wrong signature and a disabled account get the same answer.
 * 4. `iat`, `rvs` and generation are those of the read of the user; the passkey must still be there at the commit.
 *
 * @throws Refusal `challenge_expired`, `invalid_credentials`, `too_many_requests`
 */
export async function logInWithPasskey(
  house: House,
  input: PasskeyLogIn,
  source: RequestSource,
): Promise<SignInOutcome> {
  house.limits.spend('passkey by source', source.address);
  const name = { id: idOfSecret(input.challengeId), purpose: 'passkey-sign-in' } as const;
  const ceremony = await spendCeremony(house, name);
  // One of a second factor belongs to its sign-in, which the first proof began.
  if (ceremony.userId !== null)
    throw new Refusal('challenge_expired', { reason: 'a ceremony of a second factor' });
  const readAtMs = house.now();
  const found = await find(house, input.assertion);
  if (found === undefined) return refuse(house, { userId: undefined, reason: 'no such passkey' }, source);
  const { user, passkey } = found;
  const { assertion, presentedRefreshToken } = input;
  const presented = { passkey, assertion, challenge: ceremony.challenge, isAlone: true };
  const outcome: PasskeyOutcome = await provePasskey(house, presented, source);
  if (outcome.kind === 'refused') {
    return refuse(house, { userId: user.id, reason: outcome.reason }, source);
  }
  const { proof, spends } = outcome;
  const signIn = { user, proven: [proof], readAtMs, presentedRefreshToken, together: spends };
  return continueSignIn(house, signIn, source);
}

async function find(
  house: House,
  { id }: Assertion,
): Promise<{ readonly user: SignInRow; readonly passkey: PasskeyRow } | undefined> {
  const [passkey] = await house.store.read(findPasskeyOfCredential(id));
  if (passkey === undefined) return undefined;
  const by = { column: 'id', value: passkey.userId } as const;
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  return user === undefined ? undefined : { user, passkey };
}

async function refuse(
  house: House,
  { userId, reason }: { readonly userId: string | undefined; readonly reason: string },
  source: RequestSource,
): Promise<never> {
  const { record } = beginAct(house, 'anonymous', source);
  const detail = { reason: userId === undefined ? 'unknown' : 'refused', proof: 'passkey' };
  await commitAct(house, [record('log-in.failed', { subject: userId, detail })]);
  throw new Refusal('invalid_credentials', { reason });
}
