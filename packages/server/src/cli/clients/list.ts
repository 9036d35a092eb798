import { listClients } from '../../flows/admin/list-clients.ts';
import type { Call, Command, ExitCode } from '../command.ts';
import { withHouse } from '../open-house.ts';
import { pageOptions, readPage } from '../page-options.ts';
import { clientAsJson, writeClients } from './write-clients.ts';

export const clientsList: Command = {
  name: 'clients list',
  summary: 'List machine clients, newest first',
  options: pageOptions,
  run: list,
};

async function list(call: Call): Promise<ExitCode> {
  const page = await withHouse(call.terminal, (house) => listClients(house, readPage(call)));
  if (call.isJson) {
    call.terminal.print(
      JSON.stringify({ items: page.items.map(clientAsJson), next_cursor: page.nextCursor }),
    );
    return 0;
  }
  call.terminal.print(page.items.length === 0 ? 'There are no machine clients.' : writeClients(page.items));
  if (page.nextCursor !== null) call.terminal.warn(`There are more: --cursor ${page.nextCursor}`);
  return 0;
}
