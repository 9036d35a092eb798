import type { MachineClient } from '../../flows/admin/machine-client.ts';
import { writeTable } from '../write-table.ts';

export function writeClients(clients: readonly MachineClient[]): string {
  return writeTable(
    ['id', 'name', 'scopes', 'state', 'created'],
    clients.map((client) => [
      client.id,
      client.name,
      client.scopes.join(' ') || '-',
      client.disabledAtMs === null ? 'active' : 'disabled',
      new Date(client.createdAtMs).toISOString().slice(0, 10),
    ]),
  );
}

/** One client, in the words of the API. */
export function clientAsJson(client: MachineClient): Readonly<Record<string, unknown>> {
  return {
    id: client.id,
    name: client.name,
    scopes: client.scopes,
    created_at: new Date(client.createdAtMs).toISOString(),
    disabled_at: client.disabledAtMs === null ? null : new Date(client.disabledAtMs).toISOString(),
  };
}
