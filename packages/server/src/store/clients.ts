import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** Sessions of our own `/v1` belong to this client; its row is there from the first start. */
export const firstPartyClientId = 'first-party';

export interface ClientRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret; null for clients without one. */
  readonly secretHash: Uint8Array | null;
  /** Names separated by spaces. */
  readonly scopes: string;
  readonly generation: number;
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
  /** The feed's sequence number in the snapshot of this read. */
  readonly rvs: number;
}

export function findClient(id: string): Statement<ClientRow> {
  return sql<ClientRow>`SELECT id, name, secret_hash AS "secretHash", scopes, generation,
    disabled_at_ms AS "disabledAtMs", created_at_ms AS "createdAtMs", (SELECT seq FROM feed) AS rvs
    FROM clients WHERE id = ${id}`;
}

/** Tokens and sessions that the client got before must end; also for the client of our own applications. */
export function raiseClientGeneration(id: string): Statement {
  return mustChange(1, sql`UPDATE clients SET generation = generation + 1 WHERE id = ${id}`);
}

/** A condition: refuses its act when the client was disabled, removed or raised a generation since it was read. */
export function requireSameClient(client: Pick<ClientRow, 'id' | 'generation'>): Statement {
  return mustChange(
    1,
    sql`SELECT 1 AS same FROM clients
      WHERE id = ${client.id} AND generation = ${client.generation} AND disabled_at_ms IS NULL`,
  );
}
