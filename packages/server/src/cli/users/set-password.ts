import { setPassword } from '../../flows/admin/set-password.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { findUser } from './find-user.ts';
import { passwordOptions, readNewPassword } from './new-password.ts';
import { userAsJson } from './write-users.ts';

export const usersSetPassword: Command = {
  name: 'users set-password',
  summary: 'Give an account another password; ends its sessions and tokens',
  operands: ['<user>'],
  options: passwordOptions,
  details: ['<user> is an id, an e-mail address or a user name.'],
  run: set,
};

async function set(call: Call): Promise<ExitCode> {
  const { password, isGenerated } = await readNewPassword(call, 'Nothing was changed.');
  const user = await withHouse(call.terminal, async (house, source) => {
    const found = await findUser(house, requiredOperand(call, 0));
    await setPassword(house, { actor: commandLine, userId: found.id, newPassword: password }, source);
    return found;
  });
  if (call.isJson) {
    call.terminal.print(JSON.stringify({ user: userAsJson(user), ...(isGenerated && { password }) }));
    return 0;
  }
  call.terminal.print(`${user.email} has a new password; its sessions have ended.`);
  if (isGenerated) call.terminal.print(`Password, shown this once: ${password}`);
  return 0;
}
