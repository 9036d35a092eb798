import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import type { FactorKind } from '../../base/messages.ts';
import { Refusal } from '../../base/refusal.ts';
import type { SecondFactor } from '../../base/second-factor.ts';
import { notMePage } from '../../rules/mail-links.ts';
import { forgetAttempts } from '../../store/attempts.ts';
import { firstPartyClientId } from '../../store/clients.ts';
import { deleteFactors, deleteRememberedDevices } from '../../store/mailbox-proofs.ts';
import { publishEvents } from '../../store/revocations.ts';
import { endSessionsOfUser } from '../../store/sessions.ts';
import { findForSignIn, raiseUserGeneration, readSecondFactors } from '../../store/users.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct, refusedAs } from '../commit-act.ts';
import { checkRecentSignIn, requireMayActOn } from './check-authority.ts';

const inMessages: Readonly<Record<SecondFactor, FactorKind>> = {
  totp: 'authenticator-app',
  sms: 'sms-code',
  email: 'email-code',
  passkey: 'passkey',
  'recovery-code': 'recovery-codes',
};

const authenticators = ['totp', 'sms-code', 'email-code', 'recovery-code'] as const;

/**
 * Takes every second factor and passkey from an account whose owner lost them,
 * with its sessions, tokens and sign-ins under way. The owner is told of each.
 * There is no act that gives one: whoever may reset cannot sign in with it.
 *
 * @throws Refusal `not_found`, `role_not_grantable`, `insufficient_user_authentication`
 */
export async function resetFactors(
  house: House,
  { actor, userId }: { readonly actor: Actor; readonly userId: string },
  source: RequestSource,
): Promise<void> {
  await checkRecentSignIn(house, actor);
  const [user] = await house.store.read(findForSignIn({ column: 'id', value: userId }, firstPartyClientId));
  if (user === undefined) throw new Refusal('not_found');
  const kinds = readSecondFactors(user);
  const act = beginAct(house, actor, source);
  const reason = 'second factors reset by an administrator';
  await commitAct(house, [
    act.record('user.factors-reset', { subject: userId, detail: { kinds } }),
    ...requireMayActOn(actor, userId),
    refusedAs(raiseUserGeneration(userId, act.atMs), 'not_found'),
    ...deleteFactors(userId, 0),
    deleteRememberedDevices(userId),
    ...authenticators.map((authenticator) => forgetAttempts(userId, authenticator)),
    endSessionsOfUser(userId, reason, act.atMs),
    ...kinds.flatMap((kind) =>
      house.messages.write({
        template: 'factor-removed',
        to: { email: user.email },
        language: user.language ?? undefined,
        values: { path: notMePage, atMs: act.atMs, factor: inMessages[kind] },
      }),
    ),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason }]),
  ]);
}
