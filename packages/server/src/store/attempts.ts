import type { Statement } from '../base/house.ts';
import { sql } from './sql.ts';

/** What was guessed, for whom, and from where. */
export interface GuessNames {
  /** A user's id, or the digest of a name that nobody has. */
  readonly account: string;
  readonly authenticator: string;
  /** As `sourceKey` writes it, or the name of a remembered device. */
  readonly source: string;
}

/** Wrong guesses in a row, those under way among them. */
export interface AttemptRow {
  readonly failures: number;
  readonly triedAtMs: number;
}

/** As `rules/attempt-decision.ts` has them. */
export interface AttemptLimits {
  /** The longest first: after `from` failures the next guess waits for `seconds`. */
  readonly rests: readonly { readonly from: number; readonly seconds: number }[];
  readonly maxFailures: number;
  /** A guess that lies further ahead of the clock was counted before the clock was set back. */
  readonly toleranceMs: number;
}

/**
 * Counts a guess before it is looked at: of any number of concurrent callers
 * each gets a row of its own count, and those beyond the budget get none.
 * A source from which the account was signed in before is counted by itself,
 * all others together, as an empty one.
 *
 * @returns for which source it was counted; no row when it was not
 */
export function reserveAttempt(
  guess: GuessNames,
  limits: AttemptLimits,
  nowMs: number,
): Statement<{ source: string }> {
  return sql<{ source: string }>`INSERT INTO attempts (account, authenticator, source, failures, tried_at_ms)
    SELECT ${guess.account}, ${guess.authenticator}, ${countedSource(guess)}, 1, ${nowMs} WHERE 1 = 1
    ON CONFLICT (account, authenticator, source) DO UPDATE SET
      failures = attempts.failures + 1, tried_at_ms = excluded.tried_at_ms
      WHERE attempts.failures < ${limits.maxFailures}
        AND (attempts.tried_at_ms + ${restMs(limits)} <= ${nowMs}
          OR attempts.tried_at_ms > ${nowMs + limits.toleranceMs})
    RETURNING source`;
}

/** Why a guess was not reserved. */
export function findAttempts(guess: GuessNames): Statement<AttemptRow> {
  return sql<AttemptRow>`SELECT failures, tried_at_ms AS "triedAtMs" FROM attempts
    WHERE account = ${guess.account} AND authenticator = ${guess.authenticator}
      AND source = ${countedSource(guess)}`;
}

/** The guess was not looked at: it counts for nothing. @param guess  with the source that it was counted for */
export function withdrawAttempt(guess: GuessNames): Statement {
  return sql`UPDATE attempts SET failures = failures - 1
    WHERE account = ${guess.account} AND authenticator = ${guess.authenticator}
      AND source = ${guess.source} AND failures > 0`;
}

/** The row of failures ends, from every source: the right answer was given, or what is guessed was replaced. */
export function forgetAttempts(account: string, authenticator: string): Statement {
  return sql`DELETE FROM attempts WHERE account = ${account} AND authenticator = ${authenticator}`;
}

/** For an account that is deleted. */
export function forgetAttemptsOfUser(userId: string): Statement {
  return sql`DELETE FROM attempts WHERE account = ${userId}`;
}

/** Rows of no use: nobody tried for long. An account whose budget is used up keeps its row; a name that nobody has does not. */
export function deleteOldAttempts(old: {
  readonly beforeMs: number;
  readonly maxFailures: number;
  readonly limit: number;
}): Statement {
  return sql`DELETE FROM attempts WHERE (account, authenticator, source) IN (
    SELECT account, authenticator, source FROM attempts
    WHERE tried_at_ms < ${old.beforeMs}
      AND (failures < ${old.maxFailures} OR NOT EXISTS (SELECT 1 FROM users WHERE users.id = attempts.account))
    LIMIT ${old.limit})`;
}

function countedSource({ account, source }: GuessNames): Statement {
  return sql`CASE WHEN EXISTS (SELECT 1 FROM known_devices WHERE user_id = ${account} AND source = ${source})
    THEN ${source} ELSE '' END`;
}

function restMs({ rests }: AttemptLimits): Statement {
  const cases = rests.map(({ from, seconds }) => `WHEN attempts.failures >= ${from} THEN ${seconds * 1000}`);
  return { sql: `CASE ${cases.join(' ')} ELSE 0 END`, parameters: [] };
}
