import type { House, RequestSource } from '../base/house.ts';
import { notOfForm } from '../base/refusal.ts';
import { readEmail } from '../rules/account-names.ts';
import { rolesExist } from '../store/invites.ts';
import { holdsThese, mayGive } from '../store/roles.ts';
import { addUser } from './add-user.ts';
import { allRefusedAs } from './commit-act.ts';
import type { Profile } from './profile.ts';
import { splitNames } from './split-names.ts';
import { tryLink } from './try-link.ts';

interface Acceptance {
  /** Out of the link. */
  readonly invite: string;
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
}

/**
 * The account that an invitation is for. The link is spent with the account
 * that it makes, so of any number at once one holds; whoever has it reads mail
 * at the address, which needs no other proof. What its author could not give
 * any more, it does not give either.
 *
 * @throws Refusal `invalid_link`; `invalid_request` for another address; `email_taken`, `username_taken`,
 *   `password_*`, `too_many_requests`, `overloaded`
 */
export async function acceptInvite(house: House, input: Acceptance, source: RequestSource): Promise<Profile> {
  const { username, name, password } = input;
  const link = await tryLink(house, { purpose: 'invite', token: input.invite }, source);
  const { detail } = link;
  const email = detail.text('email');
  if (readEmail(input.email).canonical !== readEmail(email).canonical) {
    throw notOfForm('email', 'is not the one that was invited');
  }
  const roles = splitNames(detail.text('roles'));
  const language = house.messages.chooseLanguage(input.language);
  return addUser(
    house,
    { email, password, username, name, language, roles, isEmailProven: true },
    {
      action: 'account.registered',
      actor: undefined,
      source,
      conditions: (act) => [
        link.spend(act.atMs),
        ...allRefusedAs([rolesExist(roles), ...authorMayGive(detail.find('by'), roles)], 'invalid_link'),
      ],
    },
  );
}

/** The author still makes accounts, and holds what the roles permit now. The command line holds everything. */
function authorMayGive(id: string | undefined, roles: readonly string[]): ReturnType<typeof mayGive>[] {
  if (id === undefined) return [];
  const author = { id, withheldRoles: [] };
  return [holdsThese(author, ['users:write']), mayGive(author, roles)];
}
