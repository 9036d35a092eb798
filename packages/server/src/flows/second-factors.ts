import type { House, RequestSource } from '../base/house.ts';
import type { SecondFactor } from '../base/second-factor.ts';
import type { Assertion } from '../proofs/passkey.ts';
import { findTotpStep } from '../proofs/totp.ts';
import type { Proof } from '../rules/second-factor-needed.ts';
import { type ChallengeRow, isCodeOf, spendCode } from '../store/challenges.ts';
import { findFactor, markFactorUsed, spendFactorStep } from '../store/factors.ts';
import { findRecoveryCode, spendRecoveryCode } from '../store/recovery-codes.ts';
import type { SignInRow } from '../store/users.ts';
import { factorNames } from './add-factor.ts';
import { refusedAs, type Step } from './commit-act.ts';
import { type CodeKind, readCodeMac } from './mailed-code.ts';
import { hashRecoveryCode } from './make-recovery-codes.ts';
import { notMePage } from '../rules/mail-links.ts';
import { proveSecondPasskey } from './prove-second-passkey.ts';
import { type Authenticator, spendAttempt } from './spend-attempt.ts';

/** A second proof as it was presented, for a challenge whose try was counted. */
export interface PresentedFactor {
  readonly user: SignInRow;
  readonly challenge: ChallengeRow;
  /** What was typed. */
  readonly code?: string | undefined;
  /** What an authenticator answered, for a passkey. */
  readonly credential?: Assertion | undefined;
  readonly nowMs: number;
}

export interface FactorProof {
  readonly proof: Proof;
  /** What spends it: committed with the challenge and the session, or not at all. */
  readonly spends: readonly Step[];
}

/** Counts the guess where it is one. @returns undefined when it does not hold. @throws Refusal `too_many_requests` */
type ProveFactor = (
  house: House,
  presented: PresentedFactor,
  source: RequestSource,
) => Promise<FactorProof | undefined>;

/** How each second factor is proven. */
export const secondFactors: Readonly<Record<SecondFactor, ProveFactor>> = {
  passkey: (house, { user, credential, ...presented }, source) =>
    proveSecondPasskey(house, { ...presented, userId: user.id, assertion: credential }, source),
  totp: proveTotp,
  sms: proveCode('sms'),
  email: proveCode('email'),
  'recovery-code': proveRecoveryCode,
};

async function proveTotp(
  house: House,
  { user, code, nowMs }: PresentedFactor,
  source: RequestSource,
): Promise<FactorProof | undefined> {
  if (code === undefined) return undefined;
  const succeeded = await countGuess(house, { user, authenticator: 'totp' }, source);
  const [factor] = await house.store.read(findFactor({ userId: user.id, kind: 'totp' }));
  if (factor === undefined || factor.sealedSecret === null) return undefined;
  const secret = house.vault.open(factor.sealedSecret, `factors:${factor.id}`);
  const step = findTotpStep({ secret, code, nowMs, lastStep: factor.lastStep });
  if (step === undefined) return undefined;
  return {
    proof: 'totp',
    spends: [refusedAs(spendFactorStep(factor.id, step, nowMs), 'wrong_code'), succeeded],
  };
}

/** @returns what ends the row of failures, once the code was right */
async function countGuess(
  house: House,
  { user, authenticator }: { readonly user: SignInRow; readonly authenticator: Authenticator },
  source: RequestSource,
): Promise<Step> {
  return (await spendAttempt(house, { account: { id: user.id }, authenticator, source })).succeeded();
}

async function proveRecoveryCode(
  house: House,
  { user, code, nowMs }: PresentedFactor,
  source: RequestSource,
): Promise<FactorProof | undefined> {
  if (code === undefined) return undefined;
  const succeeded = await countGuess(house, { user, authenticator: 'recovery-code' }, source);
  const hash = hashRecoveryCode(house, user.id, code);
  if (hash === undefined) return undefined;
  const [found] = await house.store.read(findRecoveryCode(user.id, hash));
  if (found === undefined || found.isThere === 0) return undefined;
  return {
    proof: 'recovery-code',
    spends: [
      refusedAs(spendRecoveryCode(user.id, hash), 'wrong_code'),
      succeeded,
      ...house.messages.write({
        template: 'recovery-codes-used',
        to: { email: user.email },
        language: user.language ?? undefined,
        values: { path: notMePage, atMs: nowMs, left: found.left - 1 },
      }),
    ],
  };
}

function proveCode(kind: CodeKind): ProveFactor {
  return async (house, { user, challenge: { id, purpose }, code, nowMs }, source) => {
    if (code === undefined) return undefined;
    const succeeded = await countGuess(house, { user, authenticator: factorNames[kind].guessed }, source);
    const challenge = { id, purpose, nowMs };
    const mac = readCodeMac(house, { challenge, userId: user.id, kind }, code);
    const fits = mac === undefined ? [] : await house.store.read(isCodeOf(challenge, mac));
    if (mac === undefined || fits.length === 0) return undefined;
    return {
      proof: kind,
      spends: [
        refusedAs(spendCode(challenge, mac), 'wrong_code'),
        refusedAs(markFactorUsed({ userId: user.id, kind }, nowMs), 'wrong_code'),
        succeeded,
      ],
    };
  };
}
