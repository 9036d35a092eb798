import type { Caller, House, RequestSource } from '../base/house.ts';
import { notOfForm } from '../base/refusal.ts';
import { readEmail } from '../rules/account-names.ts';
import { signInPage } from '../rules/mail-links.ts';
import { findForSignIn, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkCanMail } from './check-can-mail.ts';
import { commitAct, type Step } from './commit-act.ts';
import { openLink } from './open-link.ts';
import { readRecentUser } from './read-recent-user.ts';

export interface NewEmail {
  readonly caller: Caller;
  readonly email: string;
}

/**
 * Mails a link to another address, which becomes the account's with the link.
 * Needs a recent sign-in. Whether the address has an account is told to its
 * owner alone, so the answer is the same.
 *
 * @throws Refusal `insufficient_user_authentication`, `invalid_request`, `not_found` without mail;
 *   `too_many_requests`, `overloaded`
 */
export async function askForNewEmail(house: House, input: NewEmail, source: RequestSource): Promise<void> {
  checkCanMail(house);
  const { caller } = input;
  house.limits.spend('mail by source', source.address);
  const user = await readRecentUser(house, caller);
  const address = readEmail(input.email);
  if (address.canonical === readEmail(user.email).canonical) throw notOfForm('email', 'is the one you have');
  house.afterwards.run('email change', async () => {
    const by = { column: 'email_canonical', value: address.canonical } as const;
    const [owner] = await house.store.read(findForSignIn(by, caller.clientId));
    const act = beginAct(house, { kind: 'user', caller }, source);
    const link = openLink(act, {
      purpose: 'change-email',
      user,
      detail: { email: address.shown, since: String(caller.authTime * 1000) },
    });
    const { path, validMinutes } = link;
    await commitAct(house, [
      act.record('account.email-change-asked', { subject: user.id }),
      ...(owner === undefined
        ? [
            ...link.steps,
            ...house.messages.write({
              template: 'change-email-confirm',
              to: { email: address.shown },
              language: user.language ?? undefined,
              values: { path, validMinutes },
            }),
          ]
        : warnOwner(house, owner)),
    ]);
  });
}

function warnOwner(house: House, owner: SignInRow): readonly Step[] {
  return house.messages.write({
    template: 'registration-attempt',
    to: { email: owner.email },
    language: owner.language ?? undefined,
    values: { path: signInPage },
  });
}
