import type { House } from '../base/house.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { decideSecondFactor } from '../rules/second-factor-needed.ts';
import { findChallenge } from '../store/challenges.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn, readSecondFactors } from '../store/users.ts';
import { readPendingSignIn } from './continue-sign-in.ts';

/**
 * What a sign-in that was begun still asks for. Changes nothing and counts nothing.
 * @returns undefined for one that is unknown, over or used up, or needs nothing any more
 */
export async function findPendingSignIn(
  house: House,
  challengeId: string,
): Promise<readonly SecondFactor[] | undefined> {
  const name = { id: idOfSecret(challengeId), purpose: 'sign-in', nowMs: house.now() } as const;
  const [challenge] = await house.store.read(findChallenge(name));
  if (challenge === undefined || challenge.userId === null) return undefined;
  const by = { column: 'id', value: challenge.userId } as const;
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  if (user === undefined) return undefined;
  const { proven, asksForTwo } = readPendingSignIn(challenge.detail);
  const enrolled = readSecondFactors(user);
  const decision = decideSecondFactor({ proven, enrolled, isRememberedDevice: false, asksForTwo });
  return decision.kind === 'needed' ? decision.offered : undefined;
}
