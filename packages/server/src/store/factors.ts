import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** What lies in `factors`; passkeys and recovery codes have tables of their own. */
export type FactorKind = 'totp' | 'sms' | 'email';

export interface FactorRow {
  readonly id: string;
  readonly kind: FactorKind;
  /** A telephone number; null where the account says where codes go. */
  readonly target: string | null;
  /** Opens at the place `factors:` and the id. */
  readonly sealedSecret: Uint8Array | null;
  readonly lastStep: number;
  readonly createdAtMs: number;
  readonly confirmedAtMs: number | null;
  readonly lastUsedAtMs: number | null;
}

export interface FactorName {
  readonly userId: string;
  readonly kind: FactorKind;
}

const columns = sql`id, kind, target, sealed_secret AS "sealedSecret", last_step AS "lastStep",
  created_at_ms AS "createdAtMs", confirmed_at_ms AS "confirmedAtMs", last_used_at_ms AS "lastUsedAtMs"`;

/** One that counts. */
export function findFactor({ userId, kind }: FactorName): Statement<FactorRow> {
  return sql<FactorRow>`SELECT ${columns} FROM factors
    WHERE user_id = ${userId} AND kind = ${kind} AND confirmed_at_ms IS NOT NULL`;
}

/**
 * Of any number of callers with a code of one step exactly one is not refused,
 * nor is anybody later with one of that step or before (RFC 6238 §5.2).
 */
export function spendFactorStep(id: string, step: number, nowMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE factors SET last_step = ${step}, last_used_at_ms = ${nowMs}
      WHERE id = ${id} AND confirmed_at_ms IS NOT NULL AND last_step < ${step}`,
  );
}

/** How long one that was begun waits for its confirmation. */
export const pendingFactorSeconds = 600;

/** One that does not count yet. */
export function findPendingFactor({ userId, kind }: FactorName, nowMs: number): Statement<FactorRow> {
  return sql<FactorRow>`SELECT ${columns} FROM factors
    WHERE user_id = ${userId} AND kind = ${kind} AND confirmed_at_ms IS NULL
      AND created_at_ms > ${nowMs - pendingFactorSeconds * 1000}`;
}

/** It was just used to sign in. */
export function markFactorUsed({ userId, kind }: FactorName, atMs: number): Statement {
  return mustChange(
    1,
    sql`UPDATE factors SET last_used_at_ms = ${atMs}
      WHERE user_id = ${userId} AND kind = ${kind} AND confirmed_at_ms IS NOT NULL`,
  );
}

export function listFactors(userId: string): Statement<FactorRow> {
  return sql<FactorRow>`SELECT ${columns} FROM factors
    WHERE user_id = ${userId} AND confirmed_at_ms IS NOT NULL ORDER BY created_at_ms, kind`;
}

export interface NewFactor extends FactorName {
  readonly id: string;
  readonly target: string | null;
  readonly sealedSecret: Uint8Array | null;
  readonly createdAtMs: number;
}

/** Takes the place of another one that waits; one that counts stays. */
export function beginFactor(factor: NewFactor): Statement {
  return sql`INSERT INTO factors (id, user_id, kind, target, sealed_secret, created_at_ms)
    VALUES (${factor.id}, ${factor.userId}, ${factor.kind}, ${factor.target}, ${factor.sealedSecret},
      ${factor.createdAtMs})
    ON CONFLICT (user_id, kind) WHERE confirmed_at_ms IS NULL DO UPDATE SET id = excluded.id,
      target = excluded.target, sealed_secret = excluded.sealed_secret, last_step = 0,
      created_at_ms = excluded.created_at_ms`;
}

/** Two statements: the one that counted until now goes, and the one that waited counts. Refused when it does not wait any more. */
export function confirmFactor(
  { userId, kind }: FactorName,
  { id, lastStep, atMs }: { readonly id: string; readonly lastStep: number; readonly atMs: number },
): readonly [Statement, Statement] {
  return [
    sql`DELETE FROM factors WHERE user_id = ${userId} AND kind = ${kind} AND confirmed_at_ms IS NOT NULL`,
    mustChange(
      1,
      sql`UPDATE factors SET confirmed_at_ms = ${atMs}, last_step = ${lastStep}
        WHERE id = ${id} AND user_id = ${userId} AND confirmed_at_ms IS NULL`,
    ),
  ];
}

/** Two statements: one that waits goes too. The second is refused when none counts. */
export function removeFactor({ userId, kind }: FactorName): readonly [Statement, Statement] {
  return [
    sql`DELETE FROM factors WHERE user_id = ${userId} AND kind = ${kind} AND confirmed_at_ms IS NULL`,
    mustChange(1, sql`DELETE FROM factors WHERE user_id = ${userId} AND kind = ${kind}`),
  ];
}
