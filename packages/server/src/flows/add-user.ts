import type { Actor } from '../base/actor.ts';
import type { AuditAction } from '../base/audit-action.ts';
import type { House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { hashPassword } from '../proofs/password.ts';
import { readEmail, readName, readUsername } from '../rules/account-names.ts';
import { isNotReserved } from '../store/mailbox-proofs.ts';
import { findUser, insertUser, setPassword } from '../store/users.ts';
import { type BegunAct, beginAct } from './begin-act.ts';
import { checkNewPassword } from './check-new-password.ts';
import { commitAct, refusedAs, type Step } from './commit-act.ts';
import { giveRoles } from './give-roles.ts';
import { type Profile, toProfile } from './profile.ts';
import { readAssigned } from './read-standing.ts';

export interface AddedUser {
  readonly email: string;
  /** Without one, the account cannot be signed in to until one is set. `phc` is the hash of one that was judged. */
  readonly password?: string | { readonly phc: string } | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
  readonly roles: readonly string[];
  /** Whoever adds the user has proven to read mail at the address. */
  readonly isEmailProven?: boolean | undefined;
}

/** Who adds, and what the audit table calls it. */
export interface Adding {
  readonly action: Extract<AuditAction, 'account.registered' | 'user.created'>;
  /** Undefined when the new user is the one who acts. */
  readonly actor: Actor | undefined;
  readonly source: RequestSource;
  /** Statements that give nothing and may refuse the act. */
  readonly conditions?: (act: BegunAct) => readonly Step[];
  /** What else belongs to the act, once the user is there. */
  readonly together?: (act: BegunAct, userId: string) => readonly Step[];
}

/**
 * The one way an account comes into being, for registration, invitations,
 * administrators and the command line. Does NOT check whether the caller may.
 *
 * @throws Refusal `invalid_request`, `password_*`, `email_taken`, `username_taken`, `unknown_role`, and
 *   what the conditions say
 */
export async function addUser(house: House, input: AddedUser, adding: Adding): Promise<Profile> {
  const email = readEmail(input.email);
  const username = input.username === undefined ? undefined : readUsername(input.username);
  const name = input.name === undefined ? null : readName(input.name);
  const phc = await hashIfNew(house, input.password, [email.shown, username?.shown ?? '']);
  const id = randomId();
  const act = beginAct(house, adding.actor ?? id, adding.source);
  await commitAct(house, [
    act.record(adding.action, { subject: id, detail: { roles: input.roles } }),
    ...(adding.conditions?.(act) ?? []),
    refusedAs(isNotReserved(email.canonical, act.atMs), 'email_taken'),
    insertUser({
      id,
      email: email.shown,
      emailCanonical: email.canonical,
      username: username?.shown ?? null,
      usernameCanonical: username?.canonical ?? null,
      name,
      emailVerifiedAtMs: input.isEmailProven === true ? act.atMs : null,
      language: input.language ?? null,
      createdAtMs: act.atMs,
    }),
    ...(phc === undefined ? [] : [setPassword(id, phc, act.atMs)]),
    ...giveRoles(id, input.roles),
    ...(adding.together?.(act, id) ?? []),
  ]);
  const [row] = await house.store.read(findUser(id));
  if (row === undefined) throw new Error('a user vanished right after being added');
  return toProfile(id, row, readAssigned(row));
}

async function hashIfNew(
  house: House,
  password: AddedUser['password'],
  accountWords: readonly string[],
): Promise<string | undefined> {
  if (typeof password !== 'string') return password?.phc;
  await checkNewPassword(house, password, accountWords);
  return hashPassword(house, password);
}
