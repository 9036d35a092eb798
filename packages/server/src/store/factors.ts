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
