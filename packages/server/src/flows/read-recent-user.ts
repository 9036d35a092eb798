import type { Caller, House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { findWanted } from '../rules/recent-sign-in.ts';
import { findForSignIn, readSecondFactors, type SignInRow } from '../store/users.ts';

/**
 * The caller's row, once the sign-in is recent enough and of two factors where
 * the account has two: for acts that could take an account over, so that a
 * stolen token alone is not enough for them.
 * Does NOT hold the row: the act requires its generation.
 *
 * @param allowanceSeconds  more than `recentSignInSeconds`, for the second step of what was begun in time
 * @throws Refusal `insufficient_user_authentication` (RFC 9470 §3), `invalid_token`
 */
export async function readRecentUser(
  house: House,
  caller: Caller,
  allowanceSeconds: number = 0,
): Promise<SignInRow> {
  const [user] = await house.store.read(
    findForSignIn({ column: 'id', value: caller.userId }, caller.clientId),
  );
  if (user === undefined) throw new Refusal('invalid_token', { reason: 'the account is gone' });
  const wanted = findWanted({
    authTimeSeconds: caller.authTime,
    amr: caller.amr,
    hasPassword: user.phc !== null,
    enrolled: readSecondFactors(user),
    nowSeconds: house.now() / 1000,
    maxAgeSeconds: house.policy.recentSignInSeconds + allowanceSeconds,
  });
  if (wanted === undefined) return user;
  throw new Refusal('insufficient_user_authentication', wanted);
}
