import { listUsers } from '../../flows/admin/list-users.ts';
import type { Call, Command, ExitCode } from '../command.ts';
import { withHouse } from '../open-house.ts';
import { pageOptions, readPage } from '../page-options.ts';
import { userAsJson, writeUsers } from './write-users.ts';

export const usersList: Command = {
  name: 'users list',
  summary: 'List accounts, newest first',
  options: {
    search: { type: 'string', value: '<prefix>', help: 'Only those whose address or user name begins so' },
    ...pageOptions,
  },
  run: list,
};

async function list(call: Call): Promise<ExitCode> {
  const request = { ...readPage(call), search: call.text('search') };
  const page = await withHouse(call.terminal, (house) => listUsers(house, request));
  if (call.isJson) {
    call.terminal.print(JSON.stringify({ items: page.items.map(userAsJson), next_cursor: page.nextCursor }));
    return 0;
  }
  call.terminal.print(page.items.length === 0 ? 'There are no such accounts.' : writeUsers(page.items));
  if (page.nextCursor !== null) call.terminal.warn(`There are more: --cursor ${page.nextCursor}`);
  return 0;
}
