import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { countAttempt, isCodeOf, spendChallenge, spendCode } from '../store/challenges.ts';
import { findPendingFactor, pendingFactorSeconds } from '../store/factors.ts';
import { type AddedFactor, addFactor, factorNames } from './add-factor.ts';
import { refusedAs } from './commit-act.ts';
import { type CodeKind, readCodeMac } from './mailed-code.ts';
import { readRecentUser } from './read-recent-user.ts';
import { spendAttempt } from './spend-attempt.ts';

const maxTries = 5;

export interface CodeConfirmation {
  readonly caller: Caller;
  readonly kind: CodeKind;
  readonly code: string;
}

/**
 * The code that was sent came back: the mailbox or the number counts from now on.
 *
 * @throws Refusal `wrong_code`, `challenge_expired` when nothing waits for it,
 *   `insufficient_user_authentication`, `conflict`, `too_many_requests`
 */
export async function confirmCodeFactor(
  house: House,
  { caller, kind, code }: CodeConfirmation,
  source: RequestSource,
): Promise<AddedFactor> {
  const user = await readRecentUser(house, caller, pendingFactorSeconds);
  const authenticator = factorNames[kind].guessed;
  const attempt = await spendAttempt(house, { account: { id: user.id }, authenticator, source });
  const nowMs = house.now();
  const [pending] = await house.store.read(findPendingFactor({ userId: user.id, kind }, nowMs));
  if (pending === undefined) throw new Refusal('challenge_expired', { reason: 'nothing waits for a code' });
  const challenge = { id: pending.id, purpose: 'factor-confirmation', nowMs } as const;
  const counted = await house.store.commit([countAttempt(challenge, maxTries)]);
  if (counted.kind === 'refused' || counted.results[0].rows.length === 0) {
    throw new Refusal('challenge_expired', { reason: 'the code is over or was tried too often' });
  }
  const mac = readCodeMac(house, { challenge, userId: user.id, kind }, code);
  const fits = mac === undefined ? [] : await house.store.read(isCodeOf(challenge, mac));
  if (mac === undefined || fits.length === 0)
    throw new Refusal('wrong_code', { reason: 'not what was sent' });
  const spends = [
    refusedAs(spendCode(challenge, mac), 'wrong_code'),
    refusedAs(spendChallenge(challenge), 'challenge_expired'),
    attempt.succeeded(),
  ];
  return addFactor(house, { caller, user, kind, id: pending.id, lastStep: 0, spends }, source);
}
