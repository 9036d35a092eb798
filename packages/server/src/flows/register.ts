import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { readEmail } from '../rules/account-names.ts';
import { acceptInvite } from './accept-invite.ts';
import { addUser } from './add-user.ts';
import { askForMailboxFirst } from './ask-for-mailbox-first.ts';
import { openLink } from './open-link.ts';
import type { Profile } from './profile.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  /** Out of a mailed invitation; it decides the roles, and opens an account in every mode. */
  readonly invite?: string | undefined;
  /** Of messages; a language tag or the value of `Accept-Language`. */
  readonly language?: string | undefined;
}

/** `mailed`: the same answer whether or not the address has an account; what follows is in the mailbox. */
export type RegistrationOutcome =
  | { readonly kind: 'registered'; readonly user: Profile }
  | { readonly kind: 'mailed' };

/**
 * Makes an account, with the default role or those of an invitation, or mails a
 * link that does. Does NOT sign it in.
 *
 * @throws Refusal `registration_closed`, `invalid_link`, `email_taken`, `username_taken`, `password_*`, `too_many_requests`, `overloaded`
 */
export async function register(
  house: House,
  input: Registration,
  source: RequestSource,
): Promise<RegistrationOutcome> {
  const { invite } = input;
  if (invite !== undefined) {
    house.limits.spend('register by source', source.address);
    return { kind: 'registered', user: await acceptInvite(house, { ...input, invite }, source) };
  }
  const { registration } = house.policy;
  if (registration !== 'open' && registration !== 'verify-first') throw new Refusal('registration_closed');
  house.limits.spend('register by source', source.address);
  if (registration === 'open') return { kind: 'registered', user: await openAccount(house, input, source) };
  await askForMailboxFirst(house, input, source);
  return { kind: 'mailed' };
}

/** The address is proven later, or never: until then nothing but the password opens the account. */
function openAccount(house: House, input: Registration, source: RequestSource): Promise<Profile> {
  return addUser(
    house,
    { ...input, language: house.messages.chooseLanguage(input.language), roles: [house.policy.defaultRole] },
    {
      action: 'account.registered',
      actor: undefined,
      source,
      together(act, userId) {
        if (!house.messages.canMail) return [];
        const { path, validMinutes, steps } = openLink(act, {
          purpose: 'verify-email',
          user: { id: userId, generation: 0 },
          detail: { address: readEmail(input.email).canonical },
        });
        const { email, language } = input;
        const values = { path, validMinutes };
        return [
          ...steps,
          ...house.messages.write({ template: 'verify-email', to: { email }, language, values }),
        ];
      },
    },
  );
}
