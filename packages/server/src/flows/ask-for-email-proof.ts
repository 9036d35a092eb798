import { canonicalEmail } from '../base/canonical.ts';
import type { Caller, House, RequestSource } from '../base/house.ts';
import { readEmail } from '../rules/account-names.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkCanMail } from './check-can-mail.ts';
import { commitAct } from './commit-act.ts';
import { openLink } from './open-link.ts';

/**
 * Mails the link that proves an address, to the account of the caller or of
 * the address. The answer is the same, and comes as soon, whether or not there
 * is one and whether or not it is proven already.
 *
 * @throws Refusal `not_found` without mail; `too_many_requests`, `overloaded`
 */
export function askForEmailProof(
  house: House,
  of: Caller | { readonly email: string },
  source: RequestSource,
): void {
  checkCanMail(house);
  house.limits.spend('mail by source', source.address);
  house.afterwards.run('email proof', async () => {
    const by =
      'userId' in of
        ? ({ column: 'id', value: of.userId } as const)
        : ({ column: 'email_canonical', value: canonicalEmail(of.email) } as const);
    const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
    if (user === undefined || user.emailVerifiedAtMs !== null || whyNotAllowed(user) !== undefined) return;
    const act = beginAct(house, 'userId' in of ? user.id : 'anonymous', source);
    const detail = { address: readEmail(user.email).canonical };
    const { path, validMinutes, steps } = openLink(act, { purpose: 'verify-email', user, detail });
    await commitAct(house, [
      act.record('account.email-proof-asked', { subject: user.id }),
      ...steps,
      ...house.messages.write({
        template: 'verify-email',
        to: { email: user.email },
        language: user.language ?? undefined,
        values: { path, validMinutes },
      }),
    ]);
  });
}
