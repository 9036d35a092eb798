import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { decideSecondFactor, isProof, type Proof } from '../rules/second-factor-needed.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { deleteExpiredChallenges, openChallenge } from '../store/challenges.ts';
import type { SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkIssuing } from './check-issuing.ts';
import { commitAct, type Step } from './commit-act.ts';
import { listEnrolled } from './list-enrolled.ts';
import { openSession } from './open-session.ts';
import type { SignedIn } from './signed-in.ts';

export interface ProvenSignIn {
  readonly user: SignInRow;
  readonly proven: readonly Proof[];
  /** The clock before `user` was read. */
  readonly readAtMs: number;
  /** A refresh token that the browser still held: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** A device of this user that is remembered: it is not asked for a second factor. */
  readonly isRememberedDevice?: boolean | undefined;
  /** Whether `aal2` was asked for. */
  readonly asksForTwo?: boolean | undefined;
  /** Committed with what follows, for instance a stronger hash of the password, or what spends a code. */
  readonly together?: readonly Step[];
}

/** What is left to prove. The challenge opens nothing by itself. */
export interface SecondFactorRequired {
  readonly kind: 'second-factor-required';
  /** For its holder alone; ends with the sign-in, and after `expiresInSeconds`. */
  readonly challengeId: string;
  readonly factors: readonly SecondFactor[];
  readonly expiresInSeconds: number;
}

export type SignInOutcome = SignedIn | SecondFactorRequired;

/** What a challenge of purpose `sign-in` remembers. */
export interface PendingSignIn {
  readonly proven: readonly Proof[];
  readonly asksForTwo: boolean;
}

/** @param detail  of a challenge that this file opened */
export function readPendingSignIn(detail: string): PendingSignIn {
  const value: unknown = JSON.parse(detail);
  if (typeof value === 'object' && value !== null && 'proven' in value && 'asksForTwo' in value) {
    const { proven, asksForTwo } = value;
    if (Array.isArray(proven) && proven.every(isProof) && typeof asksForTwo === 'boolean') {
      return { proven, asksForTwo };
    }
  }
  throw new Error('a challenge of a sign-in says nothing of the sign-in');
}

const pendingSignInSeconds = 300;

/**
 * What follows any proof: a session when that was enough, else a challenge for
 * one more. Every way of signing in ends here, so none leads around a second
 * factor.
 *
 * @throws Refusal `invalid_credentials`, `second_factor_unavailable`, `unavailable`
 */
export async function continueSignIn(
  house: House,
  signIn: ProvenSignIn,
  source: RequestSource,
): Promise<SignInOutcome> {
  checkIssuing(house);
  const { user, proven, asksForTwo = false, isRememberedDevice = false } = signIn;
  const reason = whyNotAllowed(user);
  if (reason !== undefined) throw new Refusal('invalid_credentials', { reason });
  const enrolled = listEnrolled(house, user);
  const decision = decideSecondFactor({ proven, enrolled, isRememberedDevice, asksForTwo });
  if (decision.kind === 'enough') {
    return openSession(house, { ...signIn, factors: decision.factors }, source);
  }
  if (decision.offered.length === 0) throw new Refusal('second_factor_unavailable');
  return openPending(house, signIn, { offered: decision.offered, source });
}

async function openPending(
  house: House,
  { user, proven, asksForTwo = false, together = [] }: ProvenSignIn,
  { offered, source }: { readonly offered: readonly SecondFactor[]; readonly source: RequestSource },
): Promise<SecondFactorRequired> {
  const { secret, id } = makeOneTimeSecret();
  const act = beginAct(house, user.id, source);
  const detail = { proven, asksForTwo } satisfies PendingSignIn;
  await commitAct(house, [
    act.record('log-in.second-factor-asked', { subject: user.id, detail: { proven } }),
    ...together,
    deleteExpiredChallenges(act.atMs),
    openChallenge({
      id,
      purpose: 'sign-in',
      userId: user.id,
      userGeneration: user.generation,
      isOnlyOne: false,
      detail,
      createdAtMs: act.atMs,
      expiresAtMs: act.atMs + pendingSignInSeconds * 1000,
    }),
  ]);
  return {
    kind: 'second-factor-required',
    challengeId: secret,
    factors: offered,
    expiresInSeconds: pendingSignInSeconds,
  };
}
