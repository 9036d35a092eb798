import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { findChallenge } from '../store/challenges.ts';
import { findFactor } from '../store/factors.ts';
import type { SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { type CodeKind, codeSeconds, sendCodeTo } from './mailed-code.ts';
import { checkOffered, readPendingUser } from './pending-sign-in.ts';

/**
 * Sends a code for a sign-in that waits for one. The answer is the same
 * whether or not a message left.
 *
 * @returns for how long the code is good
 * @throws Refusal `challenge_expired`, `invalid_request` for a factor that was not asked for,
 *   `too_many_requests` after the third
 */
export async function sendCode(
  house: House,
  { challengeId, factor }: { readonly challengeId: string; readonly factor: CodeKind },
  source: RequestSource,
): Promise<{ readonly expiresInSeconds: number }> {
  house.limits.spend('log-in by source', source.address);
  const nowMs = house.now();
  const name = { id: idOfSecret(challengeId), purpose: 'sign-in', nowMs } as const;
  const [challenge] = await house.store.read(findChallenge(name));
  if (challenge === undefined) throw new Refusal('challenge_expired', { reason: 'no such open challenge' });
  const user = await readPendingUser(house, challenge);
  checkOffered(house, { user, challenge }, factor);
  const target = await findTarget(house, user, factor);
  const validSeconds = Math.min(codeSeconds, Math.floor((challenge.expiresAtMs - nowMs) / 1000));
  const act = beginAct(house, 'anonymous', source);
  await commitAct(house, [
    act.record('log-in.code-sent', { subject: user.id, detail: { factor } }),
    ...sendCodeTo(
      house,
      { challenge: name, userId: user.id, kind: factor },
      { target, language: user.language, validSeconds },
    ),
  ]);
  return { expiresInSeconds: validSeconds };
}

async function findTarget(house: House, user: SignInRow, kind: CodeKind): Promise<string> {
  if (kind === 'email') return user.email;
  const [factor] = await house.store.read(findFactor({ userId: user.id, kind }));
  if (factor === undefined || factor.target === null) {
    throw new Refusal('challenge_expired', { reason: 'the number was removed meanwhile' });
  }
  return factor.target;
}
