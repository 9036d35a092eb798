import { canonicalEmail, canonicalUsername, isEmailLike } from '../base/canonical.ts';
import type { House, RequestSource, Statement } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { sourceKey } from '../limits/source-key.ts';
import { hashPassword, verifyPassword } from '../proofs/password.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { listSourcesOfUser } from '../store/session-list.ts';
import { findForSignIn, rehashPassword, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct } from './commit-act.ts';
import { continueSignIn, type SignInOutcome } from './continue-sign-in.ts';

export interface LogIn {
  /** E-mail address or user name. */
  readonly identifier: string;
  readonly password: string;
  /** The refresh token that the caller still holds, if any: its session ends. */
  readonly presentedRefreshToken?: string | undefined;
  /** Whether `aal2` was asked for. */
  readonly asksForTwo?: boolean | undefined;
}

/**
 * One read, one hash, one write.
 *
 * States: limited → read → proven → factors decided → session open, or a challenge for one more proof.
 *
 * 1. The budgets of account and source are spent before the password is looked at.
 * 2. An unknown, a disabled and a known user cost the same work and get the same answer.
 * 3. No session without `DecidedFactors`.
 * 4. `iat` and `rvs` of the token are those of the first read, not of the time after the hash.
 *
 * @throws Refusal `invalid_credentials`, `second_factor_unavailable`, `too_many_requests`, `overloaded`
 */
export async function logIn(house: House, input: LogIn, source: RequestSource): Promise<SignInOutcome> {
  const by = readIdentifier(input.identifier);
  house.limits.spend('log-in by source', source.address);
  const readAtMs = house.now();
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  // One budget an account, whichever of its names is used; the same for names that nobody has.
  const account = user?.id ?? by.value;
  const atSource = `${account} ${sourceKey(source.address)}`;
  house.limits.spend('log-in by account and source', atSource);
  await spendOfAccount(house, account, source);
  const proof = await verifyPassword(house, user?.phc ?? undefined, input.password);
  if (proof.isDamaged) house.log.error('password-hash-damaged', { user: user?.id });
  if (user === undefined || !proof.correct || whyNotAllowed(user) !== undefined) {
    await recordFailure(house, user, source);
    throw new Refusal('invalid_credentials', { reason: explainFailure(user, proof.correct) });
  }
  house.limits.restore('log-in by account and source', atSource);
  house.limits.restore('log-in by account', account);
  return continueSignIn(
    house,
    {
      user,
      proven: ['password'],
      readAtMs,
      presentedRefreshToken: input.presentedRefreshToken,
      asksForTwo: input.asksForTwo,
      together: proof.rehash ? await strengthen(house, user, input.password) : [],
    },
    source,
  );
}

/**
 * Strangers who use up the budget of an account do not shut its owner out:
 * where the account was signed in before, only the budget of that source counts.
 */
async function spendOfAccount(house: House, account: string, source: RequestSource): Promise<void> {
  try {
    house.limits.spend('log-in by account', account);
  } catch (error) {
    const rows = await house.store.read(listSourcesOfUser(account));
    const here = sourceKey(source.address);
    if (!rows.some(({ address }) => sourceKey(address) === here)) throw error;
  }
}

function readIdentifier(identifier: string): {
  column: 'email_canonical' | 'username_canonical';
  value: string;
} {
  return isEmailLike(identifier)
    ? { column: 'email_canonical', value: canonicalEmail(identifier) }
    : { column: 'username_canonical', value: canonicalUsername(identifier) };
}

async function strengthen(house: House, user: SignInRow, password: string): Promise<readonly Statement[]> {
  if (user.phc === null) return [];
  return [rehashPassword(user.id, user.phc, await hashPassword(house, password))];
}

/** A failure is written for unknown users too: the same work, and the auditor sees the attempt. */
async function recordFailure(
  house: House,
  user: SignInRow | undefined,
  source: RequestSource,
): Promise<void> {
  const detail = { reason: user === undefined ? 'unknown' : 'refused' };
  const { record } = beginAct(house, 'anonymous', source);
  await commitAct(house, [record('log-in.failed', { subject: user?.id, detail })]);
}

function explainFailure(user: SignInRow | undefined, isCorrect: boolean): string {
  if (user === undefined) return 'no such account';
  return isCorrect ? (whyNotAllowed(user) ?? 'allowed') : 'wrong password';
}
