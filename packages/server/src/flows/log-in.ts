import type { House, RequestSource, Statement } from '../base/house.ts';
import { readIdentifier } from '../base/identifier.ts';
import { Refusal } from '../base/refusal.ts';
import { hashPassword } from '../proofs/password.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn, rehashPassword, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { continueSignIn, type SignInOutcome } from './continue-sign-in.ts';
import { recognizeDevice } from './remember-device.ts';
import { provePassword } from './prove-password.ts';

export interface LogIn {
  /** E-mail address or user name. */
  readonly identifier: string;
  readonly password: string;
  /** The refresh token that the caller still holds, if any: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** Whether `aal2` was asked for. */
  readonly asksForTwo?: boolean | undefined;
  /** What a device holds that was to be remembered. */
  readonly deviceToken?: string | undefined;
}

/**
 * Two reads, one hash, two writes; a refused one reads once.
 *
 * States: limited → read → counted → proven → factors decided → session open, or a challenge for one more proof.
 *
 * 1. The guess is counted, in the database, before the password is looked at.
 * 2. An unknown, a disabled and a known user cost the same work and get the same answer.
 * 3. No session without `DecidedFactors`.
 * 4. `iat` and `rvs` of the token are those of the first read, not of the time after the hash.
 *
 * @throws Refusal `invalid_credentials`, `second_factor_unavailable`, `too_many_requests`, `overloaded`
 */
export async function logIn(house: House, input: LogIn, source: RequestSource): Promise<SignInOutcome> {
  const by = readIdentifier(input.identifier);
  house.limits.spend('log-in by source', source.address);
  house.guessing.check(source.address);
  const readAtMs = house.now();
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  const { proof, attempt } = await provePassword(
    house,
    // One budget an account, whichever of its names is used; the same for names that nobody has.
    { account: user ?? { nobody: by.value }, phc: user?.phc ?? undefined, password: input.password },
    source,
  );
  if (proof.isDamaged) house.log.error('password-hash-damaged', { user: user?.id });
  if (user === undefined || !proof.correct || whyNotAllowed(user) !== undefined) {
    await recordFailure(house, { user, name: by.value, password: input.password }, source);
    throw new Refusal('invalid_credentials', { reason: explainFailure(user, proof.correct) });
  }
  house.guessing.succeeded({ address: source.address, account: user.id });
  const device = await recognizeDevice(house, { userId: user.id, token: input.deviceToken });
  return continueSignIn(
    house,
    {
      user,
      proven: ['password'],
      readAtMs,
      presentedRefreshToken: input.presentedRefreshToken,
      asksForTwo: input.asksForTwo,
      isRememberedDevice: device !== undefined,
      together: [
        attempt.succeeded(),
        ...(device ?? []),
        ...(proof.rehash ? await strengthen(house, user, input.password) : []),
      ],
    },
    source,
  );
}

async function strengthen(house: House, user: SignInRow, password: string): Promise<readonly Statement[]> {
  if (user.phc === null) return [];
  return [rehashPassword(user.id, user.phc, await hashPassword(house, password))];
}

interface WrongPassword {
  readonly user: SignInRow | undefined;
  readonly name: string;
  readonly password: string;
}

/** A failure is written for unknown users too: the same work, and the auditor sees the attempt. */
async function recordFailure(
  house: House,
  { user, name, password }: WrongPassword,
  source: RequestSource,
): Promise<void> {
  const { address } = source;
  const { detected, isRecorded } = house.guessing.failed({ address, account: user?.id ?? name, password });
  const { record } = beginAct(house, 'anonymous', source);
  const detail = { reason: user === undefined ? 'unknown' : 'refused' };
  await commitAct(house, [
    ...(isRecorded ? [record('log-in.failed', { subject: user?.id, detail })] : []),
    ...detected.map(({ sensor, accounts }) => record('guessing.detected', { detail: { sensor, accounts } })),
  ]);
}

function explainFailure(user: SignInRow | undefined, isCorrect: boolean): string {
  if (user === undefined) return 'no such account';
  return isCorrect ? (whyNotAllowed(user) ?? 'allowed') : 'wrong password';
}
