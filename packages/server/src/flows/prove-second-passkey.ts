import type { House, RequestSource } from '../base/house.ts';
import type { Assertion } from '../proofs/passkey.ts';
import { type ChallengeRow, findChallenge } from '../store/challenges.ts';
import { findPasskeyOfCredential } from '../store/passkeys.ts';
import { idOfSecondCeremony } from './begin-passkey-sign-in.ts';
import { endCeremony, readCeremony } from './ceremony.ts';
import type { Step } from './commit-act.ts';
import { type PasskeyOutcome, provePasskey } from './prove-passkey.ts';

export interface SecondPasskey {
  readonly userId: string;
  /** The sign-in that waits. */
  readonly challenge: ChallengeRow;
  readonly assertion: Assertion | undefined;
  readonly nowMs: number;
}

/**
 * A passkey after another proof: one of that account, for the ceremony
 * that was begun for this sign-in. Its owner need not be verified: it
 * is then one factor, something that is held.
 *
 * @returns undefined when it does not hold. The ceremony is spent with the session.
 */
export async function proveSecondPasskey(
  house: House,
  { userId, challenge: pending, assertion, nowMs }: SecondPasskey,
  source: RequestSource,
): Promise<{ readonly proof: 'passkey' | 'security-key'; readonly spends: readonly Step[] } | undefined> {
  if (assertion === undefined) return undefined;
  const id = idOfSecondCeremony(pending);
  const [ceremony] = await house.store.read(findChallenge({ id, purpose: 'passkey-sign-in', nowMs }));
  const [passkey] = await house.store.read(findPasskeyOfCredential(assertion.id));
  if (ceremony === undefined || passkey?.userId !== userId) return undefined;
  const { challenge } = readCeremony(ceremony);
  const presented = { passkey, assertion, challenge, isAlone: false };
  const outcome: PasskeyOutcome = await provePasskey(house, presented, source);
  if (outcome.kind === 'refused') return undefined;
  return { proof: outcome.proof, spends: [endCeremony({ id, nowMs }), ...outcome.spends] };
}
