import type { House } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { findMachineClient, type MachineClientRow } from '../../store/machine-clients.ts';
import { splitNames } from '../split-names.ts';

/** A client for `client_credentials` as administrators see it; the secret was shown once. */
export interface MachineClient {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly disabledAtMs: number | null;
  readonly createdAtMs: number;
}

export interface ClientWithSecret {
  readonly client: MachineClient;
  /** `cs_cs_` and 43 base64url characters. Only its hash is kept. */
  readonly clientSecret: string;
}

export function toMachineClient(row: MachineClientRow): MachineClient {
  return { ...row, scopes: splitNames(row.scopes) };
}

/** @throws Refusal `not_found`, also for the client of our own applications */
export async function readMachineClient(house: House, clientId: string): Promise<MachineClient> {
  const [row] = await house.store.read(findMachineClient(clientId));
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such machine client' });
  return toMachineClient(row);
}
