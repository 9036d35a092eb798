import { createUser } from '../../flows/admin/create-user.ts';
import { adminRole } from '../../rules/permissions.ts';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { passwordOptions, readNewPassword } from './new-password.ts';
import { userAsJson } from './write-users.ts';

export const usersCreate: Command = {
  name: 'users create',
  summary: 'Make an account, also while registration is closed',
  options: {
    email: { type: 'string', value: '<address>', help: 'E-mail address; required' },
    username: { type: 'string', value: '<name>', help: 'Another name to sign in with' },
    name: { type: 'string', value: '<name>', help: 'Name for people' },
    role: { type: 'string', value: '<role>', isRepeatable: true, help: 'A role; may be repeated' },
    admin: { type: 'boolean', help: 'Also give the role admin, which holds every permission' },
    ...passwordOptions,
  },
  details: ['Without --password-stdin and --password-generate, asks for the password.'],
  run: create,
};

async function create(call: Call): Promise<ExitCode> {
  const email = call.text('email');
  if (email === undefined) throw new UsageError('--email is missing');
  const { password, isGenerated } = await readNewPassword(call, 'Nothing was made.');
  const user = await withHouse(call.terminal, (house, source) => {
    const given = call.texts('role');
    const chosen = given.length > 0 ? given : [house.policy.defaultRole];
    const roles = [...new Set([...chosen, ...(call.isSet('admin') ? [adminRole] : [])])];
    const [username, name] = [call.text('username'), call.text('name')];
    return createUser(house, { actor: commandLine, email, password, username, name, roles }, source);
  });
  if (call.isJson) {
    call.terminal.print(JSON.stringify({ user: userAsJson(user), ...(isGenerated && { password }) }));
    return 0;
  }
  call.terminal.print(`Made ${user.email} (${user.id}) with the roles ${user.roles.join(', ')}.`);
  if (isGenerated) call.terminal.print(`Password, shown this once: ${password}`);
  return 0;
}
