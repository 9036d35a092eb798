import { createInvite } from '../../flows/admin/create-invite.ts';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { timeInWords } from '../time-in-words.ts';

export const usersInvite: Command = {
  name: 'users invite',
  summary: 'Mail a link with which somebody opens an account',
  options: {
    email: { type: 'string', value: '<address>', help: 'E-mail address; required' },
    role: { type: 'string', value: '<role>', isRepeatable: true, help: 'A role; may be repeated' },
  },
  details: ['The link is good once, for seven days. A newer one of the same address replaces it.'],
  run: invite,
};

async function invite(call: Call): Promise<ExitCode> {
  const email = call.text('email');
  if (email === undefined) throw new UsageError('--email is missing');
  const given = call.texts('role');
  const roles = given.length > 0 ? given : undefined;
  const made = await withHouse(call.terminal, (house, source) =>
    createInvite(house, { actor: commandLine, email, roles }, source),
  );
  if (call.isJson) {
    const { id, createdAtMs, expiresAtMs } = made;
    const [created_at, expires_at] = [createdAtMs, expiresAtMs].map((atMs) => new Date(atMs).toISOString());
    call.terminal.print(
      JSON.stringify({ invite: { id, email: made.email, roles: made.roles, created_at, expires_at } }),
    );
    return 0;
  }
  const until = timeInWords(made.expiresAtMs / 1000, made.createdAtMs / 1000);
  call.terminal.print(`Invited ${made.email} with the roles ${made.roles.join(', ')}, until ${until}.`);
  return 0;
}
