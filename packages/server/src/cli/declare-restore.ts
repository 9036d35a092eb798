import { declareRestore } from '../flows/admin/declare-restore.ts';
import { BrokenOff, type Call, type Command, type ExitCode, UsageError } from './command.ts';
import { commandLine, withHouse } from './open-house.ts';

export const declareRestoreCommand: Command = {
  name: 'declare-restore',
  summary: 'Say that this database was restored or rolled back: everybody has to sign in again',
  options: { yes: { type: 'boolean', help: 'Do not ask' } },
  details: [
    'What a restored database has forgotten may have been a revocation. So every session ends, every token',
    'dies, guards cross the gap and keep the denials that they had, and a server that had stopped issuing',
    'because of a rollback goes on. Run it after each restore, before the server starts, or beside one that',
    'stopped issuing.',
    '',
    'It brings nothing back: look through accounts, roles and clients that changed since the backup, and',
    'compromise signing keys again that were compromised since.',
  ],
  run: declare,
};

const question = 'Everybody has to sign in again. Type "yes" to go on: ';

async function declare(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  if (!call.isSet('yes')) {
    if (!terminal.isInteractive) throw new UsageError('nobody is there to be asked: say --yes');
    if ((await terminal.ask(question)) !== 'yes') throw new BrokenOff('Nothing was changed.');
  }
  const seq = await withHouse(terminal, (house, source) =>
    declareRestore(house, { actor: commandLine }, source),
  );
  terminal.print(
    call.isJson ? JSON.stringify({ seq }) : `Declared. Every session has ended (number ${seq} of the feed).`,
  );
  return 0;
}
