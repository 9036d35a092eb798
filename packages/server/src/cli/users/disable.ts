import { disableUser, enableUser } from '../../flows/admin/disable-user.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { findUser } from './find-user.ts';
import { userAsJson } from './write-users.ts';

export const usersDisable: Command = {
  name: 'users disable',
  summary: 'Shut an account out: ends its sessions and tokens, and refuses sign-ins',
  operands: ['<user>'],
  details: ['<user> is an id, an e-mail address or a user name.'],
  run: (call) => change(call, 'disabled'),
};

export const usersEnable: Command = {
  name: 'users enable',
  summary: 'Let a disabled account sign in again',
  operands: ['<user>'],
  details: ['<user> is an id, an e-mail address or a user name. Sessions that had ended stay ended.'],
  run: (call) => change(call, 'enabled'),
};

async function change(call: Call, to: 'disabled' | 'enabled'): Promise<ExitCode> {
  const act = to === 'disabled' ? disableUser : enableUser;
  const user = await withHouse(call.terminal, async (house, source) => {
    const { id: userId } = await findUser(house, requiredOperand(call, 0));
    return act(house, { actor: commandLine, userId }, source);
  });
  call.terminal.print(call.isJson ? JSON.stringify({ user: userAsJson(user) }) : `${user.email} is ${to}.`);
  return 0;
}
