import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { readEmail } from '../../rules/account-names.ts';
import { isFreeAddress, rolesExist, slotOfInvite } from '../../store/invites.ts';
import { isNotReserved } from '../../store/mailbox-proofs.ts';
import { beginAct } from '../begin-act.ts';
import { checkCanMail } from '../check-can-mail.ts';
import { commitAct, refusedAs } from '../commit-act.ts';
import { openLink } from '../open-link.ts';
import { requireMayGive } from './check-authority.ts';
import { checkNames } from './check-names.ts';
import type { Invite } from './invite.ts';

export interface CreateInvite {
  readonly actor: Actor;
  readonly email: string;
  /** Default: the role that registration gives. */
  readonly roles?: readonly string[] | undefined;
}

/**
 * Mails a link with which its reader opens an account of this address and these
 * roles, whatever the mode of registration. A newer one of the same address
 * replaces it. Whether its author may give the roles is looked at again when it
 * is used.
 *
 * @throws Refusal `not_found` where there is no mail, `invalid_request`, `email_taken`, `unknown_role`,
 *   `role_not_grantable`
 */
export async function createInvite(
  house: House,
  input: CreateInvite,
  source: RequestSource,
): Promise<Invite> {
  checkCanMail(house);
  const { actor } = input;
  const email = readEmail(input.email);
  const roles = checkNames('roles', input.roles ?? [house.policy.defaultRole]);
  const invitedBy = actor.kind === 'user' ? actor.caller.userId : null;
  const act = beginAct(house, actor, source);
  const link = openLink(act, {
    purpose: 'invite',
    slot: slotOfInvite(email.canonical),
    detail: { email: email.shown, roles: roles.join(' '), by: invitedBy },
  });
  const { id, path, validMinutes } = link;
  await commitAct(house, [
    act.record('invite.created', { subject: id, detail: { roles } }),
    ...requireMayGive(actor, roles),
    refusedAs(rolesExist(roles), 'unknown_role'),
    refusedAs(isFreeAddress(email.canonical), 'email_taken'),
    refusedAs(isNotReserved(email.canonical, act.atMs), 'email_taken'),
    ...link.steps,
    ...house.messages.write({
      template: 'invite',
      to: { email: email.shown },
      language: undefined,
      values: { path, validMinutes },
    }),
  ]);
  return {
    id,
    email: email.shown,
    roles,
    invitedBy,
    createdAtMs: act.atMs,
    expiresAtMs: act.atMs + validMinutes * 60_000,
  };
}
