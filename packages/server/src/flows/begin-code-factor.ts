import type { Caller, House, RequestSource } from '../base/house.ts';
import { isPhoneNumber } from '../base/mailbox.ts';
import { randomId } from '../base/random-id.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { deleteExpiredChallenges, openChallenge } from '../store/challenges.ts';
import { beginFactor, pendingFactorSeconds } from '../store/factors.ts';
import { keepGeneration, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { sendCodeTo } from './mailed-code.ts';
import { readRecentUser } from './read-recent-user.ts';

export type CodeFactor =
  | { readonly kind: 'email' }
  /** E.164: `+` and at most 15 digits. */
  | { readonly kind: 'sms'; readonly phone: string };

/**
 * Sends a code to the mailbox of the account, or to a telephone; it counts
 * once the code came back. One that counts already stays until then.
 *
 * @throws Refusal `channel_unavailable`, `email_not_proven`, `invalid_request`,
 *   `insufficient_user_authentication`, `too_many_requests`, `conflict`
 */
export async function beginCodeFactor(
  house: House,
  { caller, factor }: { readonly caller: Caller; readonly factor: CodeFactor },
  source: RequestSource,
): Promise<{ readonly expiresInSeconds: number }> {
  house.limits.spend('profile by account', caller.userId);
  const user = await readRecentUser(house, caller);
  const target = readTarget(house, user, factor);
  const id = randomId();
  const { kind } = factor;
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { atMs: nowMs } = act;
  const expiresAtMs = nowMs + pendingFactorSeconds * 1000;
  const challenge = { id, purpose: 'factor-confirmation', nowMs } as const;
  await commitAct(house, [
    act.record('factor.begun', { subject: user.id, detail: { kind } }),
    refusedAs(keepGeneration(user), 'conflict'),
    beginFactor({
      id,
      userId: user.id,
      kind,
      target: kind === 'sms' ? target : null,
      sealedSecret: null,
      createdAtMs: nowMs,
    }),
    deleteExpiredChallenges(nowMs),
    openChallenge({
      id,
      purpose: challenge.purpose,
      userId: user.id,
      userGeneration: user.generation,
      isOnlyOne: true,
      detail: { kind },
      createdAtMs: nowMs,
      expiresAtMs,
    }),
    ...sendCodeTo(
      house,
      { challenge, userId: user.id, kind },
      { target, language: user.language, validSeconds: pendingFactorSeconds },
    ),
  ]);
  return { expiresInSeconds: pendingFactorSeconds };
}

function readTarget(house: House, user: SignInRow, factor: CodeFactor): string {
  const { canMail, canSms } = house.messages;
  if (factor.kind === 'sms') {
    if (!isPhoneNumber(factor.phone)) throw notOfForm('phone', 'must be like +491701234567');
    if (!canSms) throw new Refusal('channel_unavailable');
    return factor.phone;
  }
  if (!canMail || !house.policy.emailCodes) throw new Refusal('channel_unavailable');
  if (user.emailVerifiedAtMs === null) throw new Refusal('email_not_proven');
  return user.email;
}
