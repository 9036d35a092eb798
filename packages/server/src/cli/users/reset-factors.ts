import { resetFactors } from '../../flows/admin/reset-factors.ts';
import { type Command, requiredOperand } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { findUser } from './find-user.ts';

export const usersResetFactors: Command = {
  name: 'users reset-factors',
  summary: 'Take second factors and passkeys from an account whose owner lost them; ends its sessions',
  operands: ['<user>'],
  details: ['<user> is an id, an e-mail address or a user name. The owner is told by mail.'],
  async run(call) {
    const { id, email } = await withHouse(call.terminal, async (house, source) => {
      const user = await findUser(house, requiredOperand(call, 0));
      await resetFactors(house, { actor: commandLine, userId: user.id }, source);
      return user;
    });
    call.terminal.print(
      call.isJson ? JSON.stringify({ user: { id } }) : `${email} has no second factor now.`,
    );
    return 0;
  },
};
