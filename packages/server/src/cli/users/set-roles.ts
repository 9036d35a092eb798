import { changeUser } from '../../flows/admin/change-user.ts';
import { type Call, type Command, type ExitCode, requiredOperand, UsageError } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { findUser } from './find-user.ts';
import { userAsJson } from './write-users.ts';

export const usersSetRoles: Command = {
  name: 'users set-roles',
  summary: 'Say which roles an account has; its sessions go on with them',
  operands: ['<user>'],
  options: {
    role: {
      type: 'string',
      value: '<role>',
      isRepeatable: true,
      help: 'A role that it has afterwards; may be repeated',
    },
    none: { type: 'boolean', help: 'Take all roles away' },
  },
  details: ['<user> is an id, an e-mail address or a user name.'],
  run: set,
};

async function set(call: Call): Promise<ExitCode> {
  const roles = call.texts('role');
  if (roles.length > 0 === call.isSet('none'))
    throw new UsageError('name each role with --role, or say --none');
  const user = await withHouse(call.terminal, async (house, source) => {
    const { id: userId } = await findUser(house, requiredOperand(call, 0));
    return changeUser(house, { actor: commandLine, userId, change: { roles } }, source);
  });
  const shown = user.roles.length === 0 ? 'no roles' : `the roles ${user.roles.join(', ')}`;
  call.terminal.print(
    call.isJson ? JSON.stringify({ user: userAsJson(user) }) : `${user.email} has ${shown}.`,
  );
  return 0;
}
