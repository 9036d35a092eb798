import type { House, RequestSource } from '../base/house.ts';
import { hashPassword } from '../proofs/password.ts';
import { readEmail, readName, readUsername } from '../rules/account-names.ts';
import { signInPage } from '../rules/mail-links.ts';
import { firstPartyClientId } from '../store/clients.ts';
import { findForSignIn } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { checkNewPassword } from './check-new-password.ts';
import { commitAct } from './commit-act.ts';
import { openLink } from './open-link.ts';

interface AskedAccount {
  readonly email: string;
  readonly password: string;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly language?: string | undefined;
}

/**
 * Keeps what was asked for beside a link to the mailbox. There is no account
 * before the link comes back together with the password of this registration:
 * a stranger who registered the address has no link, the owner of the mailbox
 * not the stranger's password, so neither of the two makes an account of the
 * other's words.
 *
 * For a taken address the same work is done, and its owner is told.
 *
 * @throws Refusal `invalid_request`, `password_*`, `overloaded`
 */
export async function askForMailboxFirst(
  house: House,
  input: AskedAccount,
  source: RequestSource,
): Promise<void> {
  const email = readEmail(input.email);
  const username = input.username === undefined ? null : readUsername(input.username).shown;
  const name = input.name === undefined ? null : readName(input.name);
  await checkNewPassword(house, input.password, [email.shown, username ?? '']);
  const phc = await hashPassword(house, input.password);
  const language = house.messages.chooseLanguage(input.language);
  house.afterwards.run('registration', async () => {
    const by = { column: 'email_canonical', value: email.canonical } as const;
    const [owner] = await house.store.read(findForSignIn(by, firstPartyClientId));
    if (owner !== undefined) return warnOwner(house, owner, source);
    const act = beginAct(house, 'anonymous', source);
    const detail = { email: email.shown, username, name, phc, language };
    const { path, validMinutes, steps } = openLink(act, { purpose: 'verify-email', detail });
    await commitAct(house, [
      act.record('account.registration-asked', { detail: { taken: false } }),
      ...steps,
      ...house.messages.write({
        template: 'verify-email',
        to: { email: email.shown },
        language,
        values: { path, validMinutes },
      }),
    ]);
  });
}

async function warnOwner(
  house: House,
  owner: { readonly id: string; readonly email: string; readonly language: string | null },
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, 'anonymous', source);
  await commitAct(house, [
    act.record('account.registration-asked', { subject: owner.id, detail: { taken: true } }),
    ...house.messages.write({
      template: 'registration-attempt',
      to: { email: owner.email },
      language: owner.language ?? undefined,
      values: { path: signInPage },
    }),
  ]);
}
