import type { Actor } from '../base/actor.ts';
import type { AuditAction } from '../base/audit-action.ts';
import type { House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { hashPassword } from '../proofs/password.ts';
import { readEmail, readName, readUsername } from '../rules/account-names.ts';
import { findUser, insertUser, setPassword } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkNewPassword } from './check-new-password.ts';
import { commitAct, type Step } from './commit-act.ts';
import { giveRoles } from './give-roles.ts';
import { type Profile, toProfile } from './profile.ts';
import { readAssigned } from './read-standing.ts';

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
  readonly actor: Actor | undefined;
  readonly source: RequestSource;
  /** Statements that change nothing and may refuse the act. */
  readonly conditions?: readonly Step[];
}

/**
 * The one way an account comes into being, for registration, administrators
 * and the command line. Does NOT check whether the caller may.
 *
 * @throws Refusal `invalid_request`, `password_*`, `email_taken`, `username_taken`, `unknown_role`, and
 *   what the conditions say
 */
export async function addUser(house: House, input: AddedUser, adding: Adding): Promise<Profile> {
  const email = readEmail(input.email);
  const username = input.username === undefined ? undefined : readUsername(input.username);
  const name = input.name === undefined ? null : readName(input.name);
  if (input.password !== undefined) checkNewPassword(input.password, [email.shown, username?.shown ?? '']);
  const phc = input.password === undefined ? undefined : await hashPassword(house, input.password);
  const id = randomId();
  const act = beginAct(house, adding.actor ?? id, adding.source);
  await commitAct(house, [
    act.record(adding.action, { subject: id, detail: { roles: input.roles } }),
    ...(adding.conditions ?? []),
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
    ...giveRoles(id, input.roles),
  ]);
  const [row] = await house.store.read(findUser(id));
  if (row === undefined) throw new Error('a user vanished right after being added');
  return toProfile(id, row, readAssigned(row));
}
