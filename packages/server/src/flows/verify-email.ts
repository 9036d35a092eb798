import type { Caller, House, RequestSource } from '../base/house.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { verifyPassword } from '../proofs/password.ts';
import { markEmailProven } from '../store/mailbox-proofs.ts';
import { addUser } from './add-user.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { proveHolder } from './prove-holder.ts';
import { type TriedLink, tryLink } from './try-link.ts';

export interface EmailProof {
  /** Out of the link. */
  readonly token: string;
  /** Of the registration or the account; not needed by whoever is signed in to the account. */
  readonly password?: string | undefined;
  /** For a new account whose user name was taken meanwhile; null for none. */
  readonly username?: string | null | undefined;
  readonly caller?: Caller | undefined;
}

/**
 * The owner of the mailbox and the owner of the account are one: who brings
 * the link proves the first, the password or the session proves the second.
 * Neither is enough alone, so nobody's mail makes somebody else's account look
 * proven. For a registration that was kept, this makes the account.
 *
 * @throws Refusal `invalid_link`, `invalid_credentials`, `invalid_request`, `email_taken`, `username_taken`,
 *   `too_many_requests`, `overloaded`
 */
export async function verifyEmail(house: House, input: EmailProof, source: RequestSource): Promise<void> {
  const link = await tryLink(house, { purpose: 'verify-email', token: input.token }, source);
  if (link.userId === null) return makeAccount(house, { input, link }, source);
  const user = await proveHolder(house, { ...input, userId: link.userId }, source);
  const act = beginAct(house, user.id, source);
  await commitAct(house, [
    act.record('account.email-verified', { subject: user.id }),
    link.spend(act.atMs),
    refusedAs(markEmailProven(user.id, link.detail.text('address'), act.atMs), 'invalid_link'),
  ]);
}

async function makeAccount(
  house: House,
  { input, link }: { readonly input: EmailProof; readonly link: TriedLink },
  source: RequestSource,
): Promise<void> {
  if (house.policy.registration !== 'open' && house.policy.registration !== 'verify-first') {
    throw new Refusal('registration_closed');
  }
  const { detail } = link;
  if (input.password === undefined) throw notOfForm('password', 'is the one of the registration');
  const phc = detail.text('phc');
  const { correct } = await verifyPassword(house, phc, input.password);
  if (!correct) throw new Refusal('invalid_credentials', { reason: 'not the password of the registration' });
  const username = input.username === undefined ? detail.find('username') : (input.username ?? undefined);
  await addUser(
    house,
    {
      email: detail.text('email'),
      password: { phc },
      username,
      name: detail.find('name'),
      language: detail.find('language'),
      roles: [house.policy.defaultRole],
      isEmailProven: true,
    },
    {
      action: 'account.registered',
      actor: undefined,
      source,
      conditions: (act) => [link.spend(act.atMs)],
    },
  );
}
