import { listUserSessions } from '../../flows/admin/list-user-sessions.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from '../command.ts';
import { withHouse } from '../open-house.ts';
import { pageOptions, readPage } from '../page-options.ts';
import { findUser } from '../users/find-user.ts';
import { sessionAsJson, writeSessions } from './write-sessions.ts';

export const sessionsList: Command = {
  name: 'sessions list',
  summary: 'List the sessions of a user, newest first',
  operands: ['<user>'],
  options: pageOptions,
  details: ['<user> is an id, an e-mail address or a user name.'],
  run: list,
};

async function list(call: Call): Promise<ExitCode> {
  const request = readPage(call);
  const page = await withHouse(call.terminal, async (house) => {
    const { id: userId } = await findUser(house, requiredOperand(call, 0));
    return listUserSessions(house, { ...request, userId });
  });
  if (call.isJson) {
    const items = page.items.map(sessionAsJson);
    call.terminal.print(JSON.stringify({ items, next_cursor: page.nextCursor }));
    return 0;
  }
  call.terminal.print(page.items.length === 0 ? 'There are no sessions.' : writeSessions(page.items));
  if (page.nextCursor !== null) call.terminal.warn(`There are more: --cursor ${page.nextCursor}`);
  return 0;
}
