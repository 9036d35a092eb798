import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findTotpStep } from '../proofs/totp.ts';
import { findPendingFactor, pendingFactorSeconds } from '../store/factors.ts';
import { type AddedFactor, addFactor } from './add-factor.ts';
import { readRecentUser } from './read-recent-user.ts';
import { spendAttempt } from './spend-attempt.ts';

/**
 * A code of the app shows that it has the secret: it counts from now on.
 *
 * @throws Refusal `wrong_code`, `challenge_expired` when nothing waits for it,
 *   `insufficient_user_authentication`, `conflict`, `too_many_requests`
 */
export async function confirmApp(
  house: House,
  { caller, code }: { readonly caller: Caller; readonly code: string },
  source: RequestSource,
): Promise<AddedFactor> {
  const user = await readRecentUser(house, caller, pendingFactorSeconds);
  const guess = { account: { id: user.id }, authenticator: 'totp', source } as const;
  const attempt = await spendAttempt(house, guess);
  const nowMs = house.now();
  const name = { userId: user.id, kind: 'totp' } as const;
  const [pending] = await house.store.read(findPendingFactor(name, nowMs));
  if (pending === undefined || pending.sealedSecret === null) {
    throw new Refusal('challenge_expired', { reason: 'no app waits for its confirmation' });
  }
  const secret = house.vault.open(pending.sealedSecret, `factors:${pending.id}`);
  const lastStep = findTotpStep({ secret, code, nowMs, lastStep: 0 });
  if (lastStep === undefined) throw new Refusal('wrong_code', { reason: 'no code of the app that waits' });
  const spends = [attempt.succeeded()];
  return addFactor(house, { caller, user, kind: 'totp', id: pending.id, lastStep, spends }, source);
}
