import type { AuditAction } from '../base/audit-action.ts';
import type { CommitRefusal, House, RequestSource, Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';

import { hashPassword } from '../proofs/password.ts';
import { readEmail, readName, readUsername } from '../rules/account-names.ts';
import { recordAct } from '../store/audit.ts';
import { findUser, insertUser, insertUserRole, setPassword } from '../store/users.ts';
import { checkNewPassword } from './check-new-password.ts';
import { type Profile, toProfile } from './profile.ts';

export interface AddedUser {
  readonly email: string;
  /** Without one, the account cannot be signed in to until one is set. */
  readonly password?: string | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly roles: readonly string[];
}

/** Who adds, and what the audit table calls it. */
export interface Adding {
  readonly action: Extract<AuditAction, 'account.registered' | 'user.created'>;
  /** Undefined when the new user is the one who acts. */
  readonly actor: string | undefined;
  readonly source: RequestSource | undefined;
  /** Statements that change nothing and refuse the act with `role_not_grantable`. */
  readonly conditions?: readonly Statement<unknown>[];
}

/**
 * The one way an account comes into being, for registration, administrators
 * and the command line. Does NOT check whether the caller may.
 *
 * @throws Refusal `invalid_request`, `password_*`, `email_taken`, `username_taken`, `unknown_role`,
 *   `role_not_grantable`
 */
export async function addUser(house: House, input: AddedUser, adding: Adding): Promise<Profile> {
  const email = readEmail(input.email);
  const username = input.username === undefined ? undefined : readUsername(input.username);
  const name = input.name === undefined ? null : readName(input.name);
  if (input.password !== undefined) checkNewPassword(input.password, [email.shown, username?.shown ?? '']);
  const phc = input.password === undefined ? undefined : await hashPassword(house, input.password);
  const id = randomId();
  const act = { id: randomId(), atMs: house.now() };
  const conditions = adding.conditions ?? [];
  const outcome = await house.store.commit([
    recordAct({
      ...act,
      action: adding.action,
      actor: adding.actor ?? id,
      subject: id,
      source: adding.source,
      detail: { roles: input.roles },
    }),
    ...conditions,
    insertUser({
      id,
      email: email.shown,
      emailCanonical: email.canonical,
      username: username?.shown ?? null,
      usernameCanonical: username?.canonical ?? null,
      name,
      createdAtMs: act.atMs,
    }),
    ...(phc === undefined ? [] : [setPassword(id, phc, act.atMs)]),
    ...input.roles.map((role) => insertUserRole(id, role)),
  ]);
  if (outcome.kind === 'refused') {
    throw outcome.statement <= conditions.length
      ? new Refusal('role_not_grantable')
      : explainRefusal(outcome.cause);
  }
  const [row] = await house.store.read(findUser(id));
  if (row === undefined) throw new Error('a user vanished right after being added');
  return toProfile(id, row);
}

/** Also for changes of names: which column was taken decides what is said. */
export function explainRefusal(cause: CommitRefusal): Refusal {
  if (cause.kind === 'reference') return new Refusal('unknown_role');
  if (cause.kind === 'must-change') return new Refusal('not_found');
  return new Refusal(cause.column === 'users.username_canonical' ? 'username_taken' : 'email_taken');
}
