import type { House, RequestSource } from '../base/house.ts';
import { readIdentifier } from '../base/identifier.ts';
import { readEmail } from '../rules/account-names.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkCanMail } from './check-can-mail.ts';
import { commitAct } from './commit-act.ts';
import { openLink } from './open-link.ts';

/**
 * Mails a link that sets another password. The answer is the same, and comes
 * as soon, whether or not there is an account; the account is looked up
 * afterwards.
 *
 * @param identifier  e-mail address or user name
 * @throws Refusal `not_found` without mail; `too_many_requests`, `overloaded`
 */
export function askForReset(house: House, identifier: string, source: RequestSource): void {
  checkCanMail(house);
  house.limits.spend('mail by source', source.address);
  house.afterwards.run('password reset', async () => {
    const [user] = await house.store.read(findForSignIn(readIdentifier(identifier), firstPartyClientId));
    if (user === undefined || whyNotAllowed(user) !== undefined) return;
    const act = beginAct(house, 'anonymous', source);
    const detail = { address: readEmail(user.email).canonical };
    const { path, validMinutes, steps } = openLink(act, { purpose: 'reset-password', user, detail });
    await commitAct(house, [
      act.record('password.reset-asked', { subject: user.id }),
      ...steps,
      ...house.messages.write({
        template: 'reset-password',
        to: { email: user.email },
        language: user.language ?? undefined,
        values: { path, validMinutes },
      }),
    ]);
  });
}
