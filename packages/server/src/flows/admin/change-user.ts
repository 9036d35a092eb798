import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { readEmail, readName, readUsername } from '../../rules/account-names.ts';
import { adminRole } from '../../rules/permissions.ts';
import { closeChallenges, mailedPurposes } from '../../store/challenges.ts';
import { disableUser, enableUser } from '../../store/disable-user.ts';
import { isNotReserved } from '../../store/mailbox-proofs.ts';
import { publishEvents, type RevocationEvent } from '../../store/revocations.ts';
import { keepsAnAdministrator, takeOtherRoles } from '../../store/roles.ts';
import { endSessionsOfUser } from '../../store/sessions.ts';
import { raiseUserGeneration, type UserChanges, updateUser } from '../../store/users.ts';
import { type Account, readAccount } from './account.ts';
import { type BegunAct, beginAct } from '../begin-act.ts';
import { checkRecentSignIn, requireMayActOn, requireMayGive } from './check-authority.ts';
import { commitAct, refusedAs, type Step } from '../commit-act.ts';
import { giveRoles } from '../give-roles.ts';
import { checkNames } from './check-names.ts';

export interface UserChange {
  readonly email?: string | undefined;
  /** null takes the user name away. */
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly disabled?: boolean | undefined;
  /** All roles that the user has afterwards. */
  readonly roles?: readonly string[] | undefined;
}

interface ChangeUser {
  readonly actor: Actor;
  readonly userId: string;
  readonly change: UserChange;
}

/** What one part of a change does: its audit row, its statements, the event that makes it count at once. */
interface Part {
  readonly conditions: readonly Step[];
  readonly record: (act: BegunAct) => Step;
  readonly change: (act: BegunAct) => readonly Step[];
  readonly event?: RevocationEvent;
}

/**
 * Changes what is given and leaves the rest, all in one commit. Members that
 * say what is already so change nothing and leave no audit row.
 *
 * 1. Disabling ends the user's sessions and tokens; enabling brings none back.
 * 2. Other roles make tokens stale; sessions go on and get the new roles.
 * 3. Nobody gives a role, or changes an account, that holds more than himself.
 * 4. One active administrator stays.
 * 5. Address and names are in no token: a change of them revokes nothing.
 *
 * @throws Refusal `not_found`, `invalid_request`, `email_taken`, `username_taken`, `unknown_role`,
 *   `role_not_grantable`, `last_administrator`, `conflict`; for another address
 *   `insufficient_user_authentication`
 */
export async function changeUser(house: House, input: ChangeUser, source: RequestSource): Promise<Account> {
  const { actor, userId } = input;
  const before = await readAccount(house, userId);
  const parts = [
    ...(await partOfNames(house, before, input)),
    ...partOfRoles(actor, before, input.change.roles),
    ...partOfDisabling(before, input.change.disabled),
  ];
  if (parts.length === 0) return before;
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    ...parts.map((part) => part.record(act)),
    ...requireMayActOn(actor, userId),
    ...parts.flatMap((part) => part.conditions),
    ...parts.flatMap((part) => part.change(act)),
    ...publishEvents(house.feed, act, strongestEvent(parts)),
  ]);
  return readAccount(house, userId);
}

/** All are about one user, and an event of scope `user` says whatever `user-claims` would. */
function strongestEvent(parts: readonly Part[]): RevocationEvent[] {
  const events = parts.flatMap(({ event }) => (event === undefined ? [] : [event]));
  const strongest = events.find(({ scope }) => scope === 'user') ?? events[0];
  return strongest === undefined ? [] : [strongest];
}

async function partOfNames(house: House, before: Account, { actor, change }: ChangeUser): Promise<Part[]> {
  const changes = readChangedNames(before, change);
  const fields = Object.keys(changes);
  if (fields.length === 0) return [];
  if (changes.email !== undefined) await checkRecentSignIn(house, actor);
  return [
    {
      conditions: [],
      // Names of the members only: an address would outlive the account here.
      record: (act) => act.record('user.changed', { subject: before.id, detail: { fields } }),
      change: (act) => [
        ...(changes.email === undefined ? [] : leaveAddress(before.id, changes.email.canonical, act)),
        refusedAs(updateUser(before.id, changes, act.atMs), 'not_found'),
      ],
    },
  ];
}

/** What was mailed to the old address opens nothing any more. */
function leaveAddress(userId: string, emailCanonical: string, act: BegunAct): Step[] {
  return [
    refusedAs(isNotReserved(emailCanonical, act.atMs, userId), 'email_taken'),
    closeChallenges(userId, mailedPurposes),
  ];
}

function readChangedNames(before: Account, change: UserChange): UserChanges {
  const email = change.email === undefined ? undefined : readEmail(change.email);
  const username = typeof change.username === 'string' ? readUsername(change.username) : change.username;
  const name = typeof change.name === 'string' ? readName(change.name) : change.name;
  return {
    ...(email !== undefined && email.shown !== before.email && { email }),
    ...(username !== undefined && (username?.shown ?? null) !== before.username && { username }),
    ...(name !== undefined && name !== before.name && { name }),
  };
}

function partOfRoles(actor: Actor, before: Account, wanted: readonly string[] | undefined): Part[] {
  if (wanted === undefined) return [];
  const roles = checkNames('roles', wanted);
  const given = roles.filter((role) => !before.roles.includes(role));
  const taken = before.roles.filter((role) => !roles.includes(role));
  if (given.length === 0 && taken.length === 0) return [];
  return [
    {
      conditions: [
        ...requireMayGive(actor, roles),
        ...(roles.includes(adminRole)
          ? []
          : [refusedAs(keepsAnAdministrator(before.id), 'last_administrator')]),
      ],
      record: (act) => act.record('user.roles-changed', { subject: before.id, detail: { given, taken } }),
      change: () => [takeOtherRoles(before.id, roles), ...giveRoles(before.id, roles)],
      event: { scope: 'user-claims', subject: before.id, reason: 'roles changed' },
    },
  ];
}

function partOfDisabling(before: Account, disabled: boolean | undefined): Part[] {
  const isDisabled = before.disabledAtMs !== null;
  if (disabled === undefined || disabled === isDisabled) return [];
  const subject = before.id;
  if (!disabled) {
    return [
      {
        conditions: [],
        record: (act) => act.record('user.enabled', { subject }),
        change: (act) => [refusedAs(enableUser(subject, act.atMs), 'conflict')],
      },
    ];
  }
  return [
    {
      conditions: [refusedAs(keepsAnAdministrator(subject), 'last_administrator')],
      record: (act) => act.record('user.disabled', { subject }),
      change: (act) => [
        refusedAs(disableUser(subject, act.atMs), 'conflict'),
        refusedAs(raiseUserGeneration(subject, act.atMs), 'not_found'),
        endSessionsOfUser(subject, 'user disabled', act.atMs),
      ],
      event: { scope: 'user', subject, reason: 'user disabled' },
    },
  ];
}
