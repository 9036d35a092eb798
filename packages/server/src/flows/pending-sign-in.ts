import type { House } from '../base/house.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { decideSecondFactor, type FactorDecision, type Proof } from '../rules/second-factor-needed.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import type { ChallengeRow } from '../store/challenges.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { readPendingSignIn } from './continue-sign-in.ts';
import { listEnrolled } from './list-enrolled.ts';

/** A sign-in between two proofs, and whose it is. */
export interface Pending {
  readonly user: SignInRow;
  readonly challenge: ChallengeRow;
}

/** @throws Refusal `challenge_expired` when the account is not as it was */
export async function readPendingUser(
  house: House,
  { userId, userGeneration }: ChallengeRow,
): Promise<SignInRow> {
  if (userId === null) throw new Error('a challenge of a sign-in has no user');
  const [user] = await house.store.read(findForSignIn({ column: 'id', value: userId }, firstPartyClientId));
  const isSame = user?.generation === userGeneration;
  if (user !== undefined && isSame && whyNotAllowed(user) === undefined) return user;
  throw new Refusal('challenge_expired', { reason: 'the account changed since' });
}

/** What is needed beside what was proven, by what the account has now. */
export function decidePending(house: House, { user, challenge }: Pending, proof?: Proof): FactorDecision {
  const { proven, asksForTwo } = readPendingSignIn(challenge.detail);
  return decideSecondFactor({
    proven: proof === undefined ? proven : [...proven, proof],
    enrolled: listEnrolled(house, user),
    isRememberedDevice: false,
    asksForTwo,
  });
}

/** A factor that would not help is told apart from a wrong code: the answer to the first proof named those that do. */
export function checkOffered(house: House, pending: Pending, factor: SecondFactor): void {
  const decision = decidePending(house, pending);
  if (decision.kind === 'needed' && decision.offered.includes(factor)) return;
  throw notOfForm('factor', 'is not one that this sign-in asks for');
}
