import type { Statement } from '../base/house.ts';
import { mustChange, sql } from './sql.ts';

/** A client with a secret, as administrators see it: the hash of the secret is never read here. */
export interface MachineClientRow {
  readonly id: string;
  readonly name: string;
  /** Names separated by spaces. */
  readonly scopes: string;
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
}

const columns = sql`id, name, scopes, disabled_at_ms AS "disabledAtMs", created_at_ms AS "createdAtMs"`;

/** The client of our own applications has no secret, so no statement of this file touches it. */
const isMachine = sql`secret_hash IS NOT NULL`;

export function findMachineClient(id: string): Statement<MachineClientRow> {
  return sql<MachineClientRow>`SELECT ${columns} FROM clients WHERE id = ${id} AND ${isMachine}`;
}

/** Newest first. */
export function listMachineClients(page: {
  readonly after: { readonly atMs: number; readonly id: string };
  readonly limit: number;
}): Statement<MachineClientRow> {
  const { atMs, id } = page.after;
  return sql<MachineClientRow>`SELECT ${columns} FROM clients
    WHERE ${isMachine} AND (created_at_ms < ${atMs} OR (created_at_ms = ${atMs} AND id < ${id}))
    ORDER BY created_at_ms DESC, id DESC LIMIT ${page.limit}`;
}

export function insertMachineClient(client: {
  readonly id: string;
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly scopes: readonly string[];
  readonly createdAtMs: number;
}): Statement {
  return sql`INSERT INTO clients (id, name, secret_hash, scopes, created_at_ms)
    VALUES (${client.id}, ${client.name}, ${client.secretHash}, ${client.scopes.join(' ')}, ${client.createdAtMs})`;
}

export interface ClientChanges {
  readonly name?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** A time, or null to enable. */
  readonly disabledAtMs?: number | null | undefined;
}

/** Changes what is given and leaves the rest. Refused when there is no such client. */
export function updateMachineClient(id: string, changes: ClientChanges): Statement {
  const { name, scopes, disabledAtMs } = changes;
  return mustChange(
    1,
    sql`UPDATE clients SET generation = generation
      ${name === undefined ? sql`` : sql`, name = ${name}`}
      ${scopes === undefined ? sql`` : sql`, scopes = ${scopes.join(' ')}`}
      ${disabledAtMs === undefined ? sql`` : sql`, disabled_at_ms = ${disabledAtMs}`}
      WHERE id = ${id} AND ${isMachine}`,
  );
}

export function setClientSecret(id: string, secretHash: Uint8Array): Statement {
  return mustChange(1, sql`UPDATE clients SET secret_hash = ${secretHash} WHERE id = ${id} AND ${isMachine}`);
}

/** The row and with it the sessions that it opened. */
export function deleteMachineClient(id: string): Statement {
  return mustChange(1, sql`DELETE FROM clients WHERE id = ${id} AND ${isMachine}`);
}
