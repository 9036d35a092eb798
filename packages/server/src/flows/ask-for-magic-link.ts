import type { House, RequestSource } from '../base/house.ts';
import { readIdentifier } from '../base/identifier.ts';
import { Refusal } from '../base/refusal.ts';
import { makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { readEmail } from '../rules/account-names.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkCanMail } from './check-can-mail.ts';
import { commitAct } from './commit-act.ts';
import { openLink } from './open-link.ts';

/** @throws Refusal `not_found` where magic links are switched off, or there is no mail */
export function checkMagicLinks(house: House): void {
  checkCanMail(house);
  if (!house.policy.magicLink) throw new Refusal('not_found', { reason: 'magic links are switched off' });
}

/**
 * Mails a link that signs in. The answer is the same, and comes as soon,
 * whether or not there is an account.
 *
 * @returns a secret for the browser that asks: with it the link signs in at once, without it only after a question
 * @throws Refusal `not_found` where switched off; `too_many_requests`, `overloaded`
 */
export function askForMagicLink(
  house: House,
  identifier: string,
  source: RequestSource,
): { readonly binding: string } {
  checkMagicLinks(house);
  house.limits.spend('mail by source', source.address);
  const binding = makeOneTimeSecret();
  house.afterwards.run('magic link', async () => {
    const [user] = await house.store.read(findForSignIn(readIdentifier(identifier), firstPartyClientId));
    if (user === undefined || whyNotAllowed(user) !== undefined) return;
    const act = beginAct(house, 'anonymous', source);
    const { path, validMinutes, steps } = openLink(act, {
      purpose: 'magic-link',
      user,
      detail: { address: readEmail(user.email).canonical, binding: binding.id },
    });
    await commitAct(house, [
      act.record('log-in.link-asked', { subject: user.id }),
      ...steps,
      ...house.messages.write({
        template: 'magic-link',
        to: { email: user.email },
        language: user.language ?? undefined,
        values: { path, validMinutes },
      }),
    ]);
  });
  return { binding: binding.secret };
}
