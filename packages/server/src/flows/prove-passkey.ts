import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { type Assertion, type AssertionQuestion, verifyAssertion } from '../proofs/passkey.ts';
import { decidePasskeyUse } from '../rules/passkey-use.ts';
import type { Proof } from '../rules/second-factor-needed.ts';
import { notePasskeyUse, type PasskeyRow } from '../store/passkeys.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';

export interface PresentedPasskey {
  readonly passkey: PasskeyRow;
  readonly assertion: Assertion;
  readonly challenge: string;
  /** Nobody has said yet who signs in: the authenticator says it, and verifies its owner. */
  readonly isAlone: boolean;
}

export type PasskeyOutcome =
  | {
      readonly kind: 'proven';
      readonly proof: Extract<Proof, 'passkey' | 'security-key'>;
      /** Committed with what follows: refused when the passkey was removed or used meanwhile. */
      readonly spends: readonly Step[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether a stored passkey answered this ceremony, and what that proves. An
 * answer with an old counter comes from a copy of the key: it is refused and
 * stands in the audit table.
 *
 * Does NOT count guesses: nothing can be guessed.
 */
export async function provePasskey(
  house: House,
  presented: PresentedPasskey,
  source: RequestSource,
): Promise<PasskeyOutcome> {
  const { passkey, assertion, challenge, isAlone } = presented;
  const asserted = await verify(house, assertion, {
    challenge,
    passkey,
    needsUserHandle: isAlone,
    needsUserVerification: isAlone,
  });
  if ('reason' in asserted) return { kind: 'refused', reason: asserted.reason };
  const decision = decidePasskeyUse({
    stored: { signCount: passkey.signCount, isBackupEligible: passkey.isBackupEligible === 1 },
    asserted,
  });
  if (decision === 'refused') return { kind: 'refused', reason: 'its eligibility for backup has changed' };
  if (decision === 'cloned') {
    await recordClone(house, passkey, source);
    return { kind: 'refused', reason: 'its counter has gone back' };
  }
  const { signCount, isBackedUp, isUserVerified } = asserted;
  const use = notePasskeyUse({ id: passkey.id, signCount, isBackedUp, atMs: house.now() });
  return {
    kind: 'proven',
    proof: isUserVerified ? 'passkey' : 'security-key',
    spends: [refusedAs(use, 'invalid_credentials')],
  };
}

async function verify(
  house: House,
  assertion: Assertion,
  question: AssertionQuestion,
): Promise<Awaited<ReturnType<typeof verifyAssertion>> | { readonly reason: string }> {
  try {
    return await verifyAssertion(house.policy.passkeys, assertion, question);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { reason: error.details.reason ?? error.code };
  }
}

async function recordClone(house: House, passkey: PasskeyRow, source: RequestSource): Promise<void> {
  const { id, userId } = passkey;
  const act = beginAct(house, 'anonymous', source);
  await commitAct(house, [
    act.record('passkey.clone-suspected', { subject: userId, detail: { passkey: id } }),
  ]);
  house.log.warn('passkey.clone-suspected', { user: userId, passkey: id });
}
