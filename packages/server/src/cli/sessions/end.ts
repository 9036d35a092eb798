import { endUserSession } from '../../flows/admin/end-user-session.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from '../command.ts';
import { commandLine, withHouse } from '../open-house.ts';

export const sessionsEnd: Command = {
  name: 'sessions end',
  summary: 'End a session and deny its access tokens',
  operands: ['<session>'],
  details: ['Refused when it has ended already; revoke session says why in the audit table.'],
  run: end,
};

async function end(call: Call): Promise<ExitCode> {
  const sessionId = requiredOperand(call, 0);
  await withHouse(call.terminal, (house, source) =>
    endUserSession(house, { actor: commandLine, sessionId }, source),
  );
  call.terminal.print(
    call.isJson ? JSON.stringify({ id: sessionId }) : `The session ${sessionId} has ended.`,
  );
  return 0;
}
