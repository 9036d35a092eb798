import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import type { Assertion } from '../proofs/passkey.ts';
import type { DecidedFactors } from '../rules/second-factor-needed.ts';
import { type ChallengeRow, countAttempt, spendChallenge } from '../store/challenges.ts';
import type { SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { openSession } from './open-session.ts';
import { checkOffered, decidePending, type Pending, readPendingUser } from './pending-sign-in.ts';
import { type FactorProof, secondFactors } from './second-factors.ts';
import { type DeviceToken, rememberDevice } from './remember-device.ts';
import type { SignedIn } from './signed-in.ts';

export interface SecondFactorProof {
  /** As `SecondFactorRequired` gave it. */
  readonly challengeId: string;
  readonly factor: SecondFactor;
  readonly code?: string | undefined;
  /** What an authenticator answered, for a passkey. */
  readonly credential?: Assertion | undefined;
  /** A refresh token that the caller still holds: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** Whether this device is not to be asked again, where the settings allow it. */
  readonly remembersDevice?: boolean | undefined;
}

export interface FinishedSignIn extends SignedIn {
  /** For the device to keep; undefined when it is not remembered. */
  readonly device: Pick<DeviceToken, 'token' | 'expiresInSeconds'> | undefined;
}

/** Of one challenge; those of the account are counted by `spendAttempt`, whichever challenge they come with. */
const maxTries = 5;

/**
 * The second proof of a sign-in, and the session.
 *
 * States: challenge open → try counted → user read anew → proven → challenge, proof and session in one commit.
 *
 * 1. A try is counted before it is looked at; a wrong one leaves the challenge open, the fifth ends it.
 * 2. The challenge, the proof and the session are one act: of any number of
 *    callers one is signed in, and a proof whose act fails is not used up.
 * 3. What is needed is decided anew, by what the account has now.
 * 4. `iat`, `rvs` and generation are those of the read in this call.
 *
 * @throws Refusal `challenge_expired` for one that is unknown, over, used up or of another purpose;
 *   `wrong_code`, `invalid_request`, `invalid_credentials`, `too_many_requests`
 */
export async function finishSecondFactor(
  house: House,
  input: SecondFactorProof,
  source: RequestSource,
): Promise<FinishedSignIn> {
  house.limits.spend('log-in by source', source.address);
  const name = { id: idOfSecret(input.challengeId), purpose: 'sign-in', nowMs: house.now() } as const;
  const challenge = await countTry(house, name);
  const readAtMs = house.now();
  const user = await readPendingUser(house, challenge);
  const pending = { user, challenge };
  checkOffered(house, pending, input.factor);
  const { code, credential, factor } = input;
  const presented = { user, challenge, code, credential, nowMs: readAtMs };
  const proven = await secondFactors[factor](house, presented, source);
  if (proven === undefined) {
    await recordFailure(house, { user, factor }, source);
    throw new Refusal('wrong_code', { reason: `the ${factor} does not hold` });
  }
  const device = input.remembersDevice
    ? rememberDevice(house, { userId: user.id, nowMs: readAtMs }, source)
    : undefined;
  const signedIn = await openSession(
    house,
    {
      user,
      factors: decide(house, pending, proven),
      readAtMs,
      presentedRefreshToken: input.presentedRefreshToken,
      together: [
        ...proven.spends,
        refusedAs(spendChallenge(name), 'challenge_expired'),
        ...(device?.steps ?? []),
      ],
    },
    source,
  );
  return { ...signedIn, device };
}

async function countTry(house: House, name: Parameters<typeof countAttempt>[0]): Promise<ChallengeRow> {
  const outcome = await house.store.commit([countAttempt(name, maxTries)]);
  if (outcome.kind === 'refused') throw new Error(`a try was not counted: ${outcome.cause.kind}`);
  const [challenge] = outcome.results[0].rows;
  if (challenge === undefined) throw new Refusal('challenge_expired', { reason: 'no such open challenge' });
  return challenge;
}

function decide(house: House, pending: Pending, { proof }: FactorProof): DecidedFactors {
  const decision = decidePending(house, pending, proof);
  if (decision.kind === 'needed') throw new Refusal('wrong_code', { reason: `${proof} is not enough` });
  return decision.factors;
}

async function recordFailure(
  house: House,
  { user, factor }: { readonly user: SignInRow; readonly factor: SecondFactor },
  source: RequestSource,
): Promise<void> {
  const { record } = beginAct(house, 'anonymous', source);
  await commitAct(house, [record('log-in.second-factor-failed', { subject: user.id, detail: { factor } })]);
}
