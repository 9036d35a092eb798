import { createClient } from '../../flows/admin/create-client.ts';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';
import { clientAsJson } from './write-clients.ts';

export const clientsCreate: Command = {
  name: 'clients create',
  summary: 'Register a program that gets tokens with client_credentials',
  options: {
    name: { type: 'string', value: '<name>', help: 'What it is; required' },
    scope: {
      type: 'string',
      value: '<scope>',
      isRepeatable: true,
      help: 'What its tokens may say; may be repeated',
    },
  },
  details: [
    'The secret is shown once; only its hash is kept.',
    'Guards and relays that follow revocations need --scope revocations:read.',
  ],
  run: create,
};

async function create(call: Call): Promise<ExitCode> {
  const name = call.text('name');
  if (name === undefined) throw new UsageError('--name is missing');
  const scopes = call.texts('scope');
  const { client, clientSecret } = await withHouse(call.terminal, (house, source) =>
    createClient(house, { actor: commandLine, name, scopes }, source),
  );
  if (call.isJson) {
    call.terminal.print(JSON.stringify({ client: clientAsJson(client), client_secret: clientSecret }));
    return 0;
  }
  call.terminal.print(
    [
      `Client id:                ${client.id}`,
      `Secret, shown this once:  ${clientSecret}`,
      `Scopes:                   ${client.scopes.join(' ') || 'none'}`,
    ].join('\n'),
  );
  return 0;
}
