import type { Caller, House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { makeRecoveryCode, readRecoveryCode, recoveryCodesAtOnce } from '../proofs/recovery-code.ts';
import { forgetAttempts } from '../store/attempts.ts';
import { deleteRecoveryCodes, insertRecoveryCodes } from '../store/recovery-codes.ts';
import { keepGeneration, readSecondFactors } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { notMePage } from '../rules/mail-links.ts';
import { readRecentUser } from './read-recent-user.ts';

export interface RecoveryCodes {
  /** Shown once, to their owner. */
  readonly codes: readonly string[];
  readonly hashes: readonly Uint8Array[];
}

/**
 * New recovery codes; the old ones end in the same act.
 *
 * @throws Refusal `second_factor_unavailable` where there is no factor that they could stand in for,
 *   `insufficient_user_authentication`, `conflict`
 */
export async function makeRecoveryCodes(
  house: House,
  caller: Caller,
  source: RequestSource,
): Promise<readonly string[]> {
  house.limits.spend('profile by account', caller.userId);
  const user = await readRecentUser(house, caller);
  if (!readSecondFactors(user).some((factor) => factor !== 'recovery-code')) {
    throw new Refusal('second_factor_unavailable');
  }
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { codes, hashes } = drawRecoveryCodes(house, user.id);
  await commitAct(house, [
    act.record('recovery-codes.made', { subject: user.id }),
    refusedAs(keepGeneration(user), 'conflict'),
    deleteRecoveryCodes(user.id),
    ...insertRecoveryCodes(user.id, hashes, act.atMs),
    forgetAttempts(user.id, 'recovery-code'),
    ...house.messages.write({
      template: 'recovery-codes-made',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs: act.atMs },
    }),
  ]);
  return codes;
}

export function drawRecoveryCodes(house: House, userId: string): RecoveryCodes {
  const codes = Array.from({ length: recoveryCodesAtOnce }, makeRecoveryCode);
  const hashes = codes.flatMap((code) => hashRecoveryCode(house, userId, code) ?? []);
  return { codes, hashes };
}

/** @returns undefined for what cannot be a code */
export function hashRecoveryCode(house: House, userId: string, typed: string): Uint8Array | undefined {
  const code = readRecoveryCode(typed);
  return code === undefined ? undefined : house.vault.macOf(['recovery code', userId, code]);
}
