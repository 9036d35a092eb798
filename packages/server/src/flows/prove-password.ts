import type { House, RequestSource } from '../base/house.ts';
import { type PasswordVerdict, verifyPassword } from '../proofs/password.ts';
import { commitAct } from './commit-act.ts';
import { type Attempt, type Guess, spendAttempt } from './spend-attempt.ts';

export interface PresentedPassword {
  readonly account: Guess['account'];
  /** The account's hash; undefined when there is none. */
  readonly phc: string | undefined;
  readonly password: string;
}

/**
 * Looks at a password once it was counted as a guess. Every path that takes a
 * password comes through here, so all share the account's budget.
 *
 * @throws Refusal `too_many_requests`; as `verifyPassword`, and then the guess counts for nothing
 */
export async function provePassword(
  house: House,
  { account, phc, password }: PresentedPassword,
  source: RequestSource,
): Promise<{ readonly proof: PasswordVerdict; readonly attempt: Attempt }> {
  const attempt = await spendAttempt(house, { authenticator: 'password', account, source });
  try {
    return { proof: await verifyPassword(house, phc, password), attempt };
  } catch (error) {
    await commitAct(house, [attempt.withdrawn()]);
    throw error;
  }
}
