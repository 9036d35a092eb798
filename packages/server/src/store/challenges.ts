import type { Statement } from '../base/house.ts';
import { list, mustChange, sql } from './sql.ts';

/** What a one-time thing is for. One made for a purpose opens nothing else. */
export type ChallengePurpose =
  | 'sign-in'
  | 'passkey-sign-in'
  | 'passkey-registration'
  | 'factor-confirmation'
  | 'verify-email'
  | 'reset-password'
  | 'magic-link'
  | 'change-email'
  | 'undo-email'
  | 'cancel-deletion'
  | 'not-me'
  | 'invite';

/** What goes to a mailbox, or waits for a code from it: worth nothing once the account has another address. */
export const mailedPurposes: readonly ChallengePurpose[] = [
  'sign-in',
  'verify-email',
  'reset-password',
  'magic-link',
  'change-email',
];

export interface NewChallenge {
  /** `proofs/one-time-secret`: the hash of what its holder has. */
  readonly id: string;
  readonly purpose: ChallengePurpose;
  readonly userId: string | null;
  /** The user's, when it was opened: a later one makes the challenge worthless. Null: it outlives what ends sessions. */
  readonly userGeneration: number | null;
  /** Replaces an open one of the same user and purpose. */
  readonly isOnlyOne: boolean;
  /** In place of user and purpose, for what is the only one of something else. */
  readonly slot?: string | undefined;
  /** No secrets; of a password its hash. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ChallengeRow {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  readonly userId: string | null;
  readonly userGeneration: number | null;
  /** JSON, as it was opened with. */
  readonly detail: string;
  readonly attempts: number;
  readonly codeSends: number;
  readonly codeExpiresAtMs: number;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface ChallengeName {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  readonly nowMs: number;
}

const columns = sql`id, purpose, user_id AS "userId", user_generation AS "userGeneration", detail, attempts,
  code_sends AS "codeSends", code_expires_at_ms AS "codeExpiresAtMs", created_at_ms AS "createdAtMs",
  expires_at_ms AS "expiresAtMs"`;

/** Open ones of this id, purpose and, where it has a user, of the generation that the user still has. */
function isOpen({ id, purpose, nowMs }: ChallengeName): Statement {
  return sql`id = ${id} AND purpose = ${purpose} AND expires_at_ms > ${nowMs}
    AND (user_id IS NULL OR user_generation IS NULL OR user_generation =
      (SELECT generation FROM users WHERE users.id = challenges.user_id AND users.disabled_at_ms IS NULL))`;
}

export function openChallenge(challenge: NewChallenge): Statement {
  const slot = challenge.slot ?? (challenge.isOnlyOne ? `${challenge.purpose} ${challenge.userId}` : null);
  return sql`INSERT INTO challenges
    (id, purpose, slot, user_id, user_generation, detail, created_at_ms, expires_at_ms)
    VALUES (${challenge.id}, ${challenge.purpose}, ${slot}, ${challenge.userId}, ${challenge.userGeneration},
      ${JSON.stringify(challenge.detail)}, ${challenge.createdAtMs}, ${challenge.expiresAtMs})
    ON CONFLICT (slot) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, user_generation = excluded.user_generation,
      detail = excluded.detail, code_mac = NULL, code_expires_at_ms = 0, attempts = 0,
      created_at_ms = excluded.created_at_ms, expires_at_ms = excluded.expires_at_ms`;
}

export function findChallenge(name: ChallengeName): Statement<ChallengeRow> {
  return sql<ChallengeRow>`SELECT ${columns} FROM challenges WHERE ${isOpen(name)}`;
}

/** Counts a try before it is looked at: of any number at once, no more than `maxAttempts` are. No row: none is left. */
export function countAttempt(name: ChallengeName, maxAttempts: number): Statement<ChallengeRow> {
  return sql<ChallengeRow>`UPDATE challenges SET attempts = attempts + 1
    WHERE ${isOpen(name)} AND attempts < ${maxAttempts} RETURNING ${columns}`;
}

/** Finds it and spends it: of any number of concurrent callers exactly one is not refused. */
export function spendChallenge(name: ChallengeName): Statement<ChallengeRow> {
  return mustChange(1, sql<ChallengeRow>`DELETE FROM challenges WHERE ${isOpen(name)} RETURNING ${columns}`);
}

/** What is open for a user and these purposes is worth nothing any more. */
export function closeChallenges(userId: string, purposes: readonly ChallengePurpose[]): Statement {
  return sql`DELETE FROM challenges WHERE user_id = ${userId} AND purpose IN (${list(purposes)})`;
}

/** Whether or not it is open. */
export function closeChallenge(id: string): Statement {
  return sql`DELETE FROM challenges WHERE id = ${id}`;
}

export function deleteExpiredChallenges(nowMs: number): Statement {
  return sql`DELETE FROM challenges WHERE expires_at_ms <= ${nowMs}`;
}

/** A new code takes the place of the old one; the tries stay. Refused after `maxSends`. */
export function setCode(
  name: ChallengeName,
  code: { readonly mac: Uint8Array; readonly expiresAtMs: number; readonly maxSends: number },
): Statement {
  return mustChange(
    1,
    sql`UPDATE challenges SET code_mac = ${code.mac}, code_expires_at_ms = ${code.expiresAtMs},
      code_sends = code_sends + 1 WHERE ${isOpen(name)} AND code_sends < ${code.maxSends}`,
  );
}

/** One row when this is the code that was sent last, and it is not over. */
export function isCodeOf(name: ChallengeName, mac: Uint8Array): Statement<{ id: string }> {
  return sql<{ id: string }>`SELECT id FROM challenges WHERE ${isOpen(name)} AND ${holdsCode(name, mac)}`;
}

/** Of any number of callers exactly one is not refused; nor is any once another code was sent. */
export function spendCode(name: ChallengeName, mac: Uint8Array): Statement {
  return mustChange(
    1,
    sql`UPDATE challenges SET code_mac = NULL WHERE ${isOpen(name)} AND ${holdsCode(name, mac)}`,
  );
}

function holdsCode({ nowMs }: ChallengeName, mac: Uint8Array): Statement {
  return sql`code_mac = ${mac} AND code_expires_at_ms > ${nowMs}`;
}
