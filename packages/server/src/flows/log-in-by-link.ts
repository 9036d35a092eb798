import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { whyNotAllowed } from '../rules/sign-in-allowed.ts';
import { closeChallenges, mailedPurposes } from '../store/challenges.ts';
import { firstPartyClientId } from '../store/clients.ts';
import {
  deleteFactors,
  deletePassword,
  deleteRememberedDevices,
  markEmailProven,
} from '../store/mailbox-proofs.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { findForSignIn, raiseReadGeneration, type SignInRow } from '../store/users.ts';
import { checkMagicLinks } from './ask-for-magic-link.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import { continueSignIn, type SignInOutcome } from './continue-sign-in.ts';
import { type TriedLink, tryLink } from './try-link.ts';

export interface LinkLogIn {
  /** Out of the link. */
  readonly token: string;
  /** What the browser that asked for the link was given. */
  readonly binding?: string | undefined;
  /** In another browser: its user saw whose account it is, and agreed. */
  readonly isConfirmed?: boolean | undefined;
  readonly presentedRefreshToken?: string | undefined;
  readonly asksForTwo?: boolean | undefined;
}

/** The link came to another browser than the one that asked for it: ask whether this account is meant. */
export interface LinkConfirmation {
  readonly kind: 'confirmation-required';
  readonly email: string;
}

/**
 * Signs in by a link out of the mailbox. Somebody who follows a link that a
 * stranger sent him would find himself in the stranger's account: so in a
 * browser that did not ask for it, the link is left and the account is named
 * first.
 *
 * Where it is the first proof of the mailbox, whatever else opens the account
 * was set by somebody who never showed that the mailbox is theirs: it goes, and
 * every session with it.
 *
 * @throws Refusal `invalid_link`, `not_found` where switched off; as `continueSignIn`
 */
export async function logInByLink(
  house: House,
  input: LinkLogIn,
  source: RequestSource,
): Promise<SignInOutcome | LinkConfirmation> {
  checkMagicLinks(house);
  house.limits.spend('log-in by source', source.address);
  const link = await tryLink(house, { purpose: 'magic-link', token: input.token }, source);
  let readAtMs = house.now();
  let user = await readUser(house, link.userId);
  const isBound = input.binding !== undefined && idOfSecret(input.binding) === link.detail.text('binding');
  if (!isBound && input.isConfirmed !== true) return { kind: 'confirmation-required', email: user.email };
  const isFirstProof = user.emailVerifiedAtMs === null;
  if (isFirstProof) {
    await makeFirstProof(house, { user, link }, source);
    readAtMs = house.now();
    user = await readAfterProof(house, user);
  }
  return continueSignIn(
    house,
    {
      user,
      proven: ['magic-link'],
      readAtMs,
      presentedRefreshToken: input.presentedRefreshToken,
      asksForTwo: input.asksForTwo,
      together: isFirstProof ? [] : [link.spend(house.now())],
    },
    source,
  );
}

async function readUser(house: House, userId: string | null): Promise<SignInRow> {
  const by = { column: 'id', value: userId ?? '' } as const;
  const [user] = await house.store.read(findForSignIn(by, firstPartyClientId));
  if (user !== undefined && whyNotAllowed(user) === undefined) return user;
  throw new Refusal('invalid_link', { reason: 'the account is gone or closed' });
}

async function makeFirstProof(
  house: House,
  { user, link }: { readonly user: SignInRow; readonly link: TriedLink },
  source: RequestSource,
): Promise<void> {
  const act = beginAct(house, user.id, source);
  const reason = 'first proof of the mailbox';
  await commitAct(house, [
    act.record('account.email-verified', { subject: user.id, detail: { credentials_removed: true } }),
    link.spend(act.atMs),
    refusedAs(raiseReadGeneration(user, act.atMs), 'invalid_link'),
    refusedAs(markEmailProven(user.id, link.detail.text('address'), act.atMs), 'invalid_link'),
    deletePassword(user.id),
    ...deleteFactors(user.id, 0),
    deleteRememberedDevices(user.id),
    closeChallenges(user.id, mailedPurposes),
    endSessionsOfUser(user.id, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: user.id, reason }]),
  ]);
}

async function readAfterProof(house: House, before: SignInRow): Promise<SignInRow> {
  const user = await readUser(house, before.id);
  if (user.generation === before.generation + 1) return user;
  throw new Refusal('invalid_link', { reason: 'the account changed meanwhile' });
}
