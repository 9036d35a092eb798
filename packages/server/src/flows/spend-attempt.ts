import type { House, RequestSource, Statement } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { sourceKey } from '../limits/source-key.ts';
import { type AttemptDecision, attemptLimits, decideAttempt } from '../rules/attempt-decision.ts';
import {
  findAttempts,
  forgetAttempts,
  type GuessNames,
  reserveAttempt,
  withdrawAttempt,
} from '../store/attempts.ts';

/** What can be guessed. Passkeys cannot: they are not counted, and stay open whatever others do. */
export type Authenticator = 'password' | 'totp' | 'email-code' | 'sms-code' | 'recovery-code';

export interface Guess {
  readonly authenticator: Authenticator;
  /** An account, or the canonical form of a name that nobody has: it costs the same and is refused alike. */
  readonly account: { readonly id: string } | { readonly nobody: string };
  readonly source: RequestSource;
}

/** A guess that was counted as wrong, for now. */
export interface Attempt {
  /** It was right: committed with the act that follows. After a wrong one there is nothing to do. */
  succeeded(): Statement;
  /** It was not looked at, for instance since too many wait for a hash. */
  withdrawn(): Statement;
}

/**
 * Counts a guess at a secret before the guess is looked at, in the database:
 * across restarts and instances, and however many come at once, no more are
 * evaluated than `rules/attempt-decision.ts` allows.
 *
 * Sources from which the account was signed in before have budgets of their
 * own: strangers who use up theirs do not shut the owner out.
 *
 * One commit; one read more when it refuses.
 *
 * @throws Refusal `too_many_requests` with `retryAfterSeconds`
 */
export async function spendAttempt(house: House, guess: Guess): Promise<Attempt> {
  const names = nameGuess(house, guess);
  const nowMs = house.now();
  const outcome = await house.store.commit([reserveAttempt(names, attemptLimits, nowMs)]);
  if (outcome.kind === 'refused') throw new Error(`a guess was not counted: ${outcome.cause.kind}`);
  const [reserved] = outcome.results[0].rows;
  if (reserved === undefined) throw await refuse(house, names, nowMs);
  return {
    succeeded: () => forgetAttempts(names.account, names.authenticator),
    withdrawn: () => withdrawAttempt({ ...names, source: reserved.source }),
  };
}

function nameGuess(house: House, { account, authenticator, source }: Guess): GuessNames {
  return {
    account: 'id' in account ? account.id : nameNobody(house.pseudonym(account.nobody)),
    authenticator,
    source: sourceKey(source.address),
  };
}

/**
 * Names that nobody has share a million rows, whatever is tried. Two
 * that meet in one share its budget, which tells nothing of accounts.
 */
function nameNobody(pseudonym: string): string {
  return `nobody ${Number.parseInt(pseudonym.slice(0, 5), 16)}`;
}

/** Nothing ends the wait but another proof; who asks again by a clock needs some number. */
const usedUpRetrySeconds = 3600;

async function refuse(house: House, names: GuessNames, nowMs: number): Promise<Refusal> {
  const [row] = await house.store.read(findAttempts(names));
  const decision = decideAttempt(row, nowMs);
  return new Refusal('too_many_requests', {
    reason: `guesses at the ${names.authenticator}: ${decision.kind}`,
    retryAfterSeconds: waitSeconds(decision),
  });
}

function waitSeconds(decision: AttemptDecision): number {
  if (decision.kind === 'rest') return decision.seconds;
  // Opened since, by a right answer that came at the same time.
  return decision.kind === 'open' ? 1 : usedUpRetrySeconds;
}
