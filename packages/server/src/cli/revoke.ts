import type { EventScope } from '@countersign/revocation';
import type { House } from '../base/house.ts';
import { revoke } from '../flows/admin/revoke.ts';
import { type Call, type Command, type ExitCode, requiredOperand } from './command.ts';
import { commandLine, withHouse } from './open-house.ts';
import { reasonOption, requiredReason } from './reason-option.ts';
import { findUser } from './users/find-user.ts';

interface RevokeRow {
  readonly word: string;
  readonly scope: EventScope;
  readonly summary: string;
  /** Absent for everything. */
  readonly operand?: string;
  /** Default: the operand itself. */
  readonly findSubject?: (house: House, operand: string) => Promise<string>;
  readonly details?: readonly string[];
}

const ofUser = {
  operand: '<user>',
  findSubject: async (house: House, operand: string) => (await findUser(house, operand)).id,
  details: ['<user> is an id, an e-mail address or a user name.'],
};

const rows: readonly RevokeRow[] = [
  {
    word: 'token',
    scope: 'token',
    summary: 'Deny one access token; its session goes on',
    operand: '<jti>',
    details: ['<jti> is in the token: countersign token decode'],
  },
  {
    word: 'session',
    scope: 'session',
    summary: 'End a session and deny its access tokens',
    operand: '<session>',
  },
  {
    word: 'user',
    scope: 'user',
    summary: 'End every session of a user and deny all access tokens; the user may sign in again',
    ...ofUser,
  },
  {
    word: 'claims',
    scope: 'user-claims',
    summary: 'Make the access tokens of a user renew; sessions go on',
    ...ofUser,
  },
  {
    word: 'client',
    scope: 'client',
    summary: 'Deny the access tokens of a client and end its sessions; it may get new ones',
    operand: '<client>',
    details: ['The client first-party is that of your own applications: everybody has to sign in again.'],
  },
  {
    word: 'tenant',
    scope: 'tenant',
    summary: 'Deny the access tokens of a tenant; sessions go on',
    operand: '<tenant>',
  },
  {
    word: 'key',
    scope: 'key',
    summary: 'The same as keys compromise',
    operand: '<key id>',
  },
  {
    word: 'everything',
    scope: 'everything',
    summary: 'Deny every access token; sessions go on, so clients renew and nobody signs in again',
    details: ['To end every session too: countersign revoke client first-party'],
  },
];

const waiting = [
  'A running server hands it out within 100 ms. To wait until every guard has heard it,',
  'call POST /v1/admin/revocations with "wait": "all": only the server knows its guards.',
];

/** `revoke token`, `revoke session` and the others. */
export const revokeCommands: readonly Command[] = rows.map((row) => ({
  name: `revoke ${row.word}`,
  summary: row.summary,
  ...(row.operand !== undefined && { operands: [row.operand] }),
  options: { reason: reasonOption },
  details: [...(row.details ?? []), ...waiting],
  run: (call) => run(call, row),
}));

async function run(call: Call, row: RevokeRow): Promise<ExitCode> {
  const reason = requiredReason(call);
  const operand = row.operand === undefined ? '' : requiredOperand(call, 0);
  const { scope } = row;
  const done = await withHouse(call.terminal, async (house, source) => {
    const subject = row.findSubject === undefined ? operand : await row.findSubject(house, operand);
    const seq = await revoke(house, { actor: commandLine, scope, subject, reason }, source);
    return { seq, scope, subject: subject === '' ? null : subject };
  });
  const what = done.subject === null ? row.word : `${row.word} ${done.subject}`;
  call.terminal.print(
    call.isJson ? JSON.stringify(done) : `Revoked: ${what} (number ${done.seq} of the feed).`,
  );
  return 0;
}
