import type { EventScope } from '@countersign/revocation';
import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { isRandomId } from '../../base/random-id.ts';
import { notOfForm, Refusal } from '../../base/refusal.ts';
import { adminRole } from '../../rules/permissions.ts';
import { findClient, firstPartyClientId, raiseClientGeneration } from '../../store/clients.ts';
import { lastSequence, publishEvents } from '../../store/revocations.ts';
import { endSessionsOfClient, findSession } from '../../store/session-list.ts';
import { endSessionIfOpen, endSessionsOfUser } from '../../store/sessions.ts';
import { raiseUserGeneration } from '../../store/users.ts';
import { type BegunAct, beginAct } from '../begin-act.ts';
import { commitAct, refusedAs, type Step } from '../commit-act.ts';
import { readAccount } from './account.ts';
import { requireMayActOn, requireMayGive } from './check-authority.ts';
import { checkReason } from './check-reason.ts';
import { compromiseKey } from './compromise-key.ts';

export interface Revoke {
  readonly actor: Actor;
  readonly scope: EventScope;
  /** `jti`, `sid`, `sub`, `client_id`, `tid` or `kid`; empty for `everything`. */
  readonly subject: string;
  readonly reason: string;
}

/** What a scope does beside its event: conditions and changes, in the same commit. */
type StepsOfScope = (house: House, revoke: Revoke, act: BegunAct) => Promise<readonly Step[]>;

/**
 * Denies tokens by what they name, from this commit on.
 *
 * - `token`: one access token. Its session goes on, and so does its client.
 * - `session`, `user`: also end the session, or every session of the user.
 * - `user-claims`, `tenant`, `everything`: tokens issued so far die and sessions go on, so honest
 *   clients renew and nobody signs in again.
 * - `client`: also ends the sessions that the client opened. For `first-party` that is everybody's,
 *   so it takes an administrator.
 * - `key`: `compromiseKey`.
 *
 * What has ended already is revoked once more: whoever waits for guards waits for an event that is there.
 * Does NOT check that a token or a tenant of this name exists.
 *
 * @returns the number of the event in the feed
 * @throws Refusal `invalid_request`, `not_found`, `role_not_grantable`, `too_many_requests`, and what `compromiseKey` throws
 */
export async function revoke(house: House, input: Revoke, source: RequestSource): Promise<number> {
  const { actor, scope, subject } = input;
  const reason = checkReason(input.reason);
  checkSubject(scope, subject);
  if (actor.kind === 'user') house.limits.spend('revocation by account', actor.caller.userId);
  if (scope === 'key') {
    return (await compromiseKey(house, { actor, keyId: subject, reason }, source)).seq;
  }
  const act = beginAct(house, actor, source);
  const steps = await stepsOf[scope](house, { ...input, reason }, act);
  const results = await commitAct(house, [
    act.record('tokens.revoked', {
      subject: subject === '' ? undefined : subject,
      ...(scope === 'session' && { sessionId: subject }),
      detail: { scope, reason },
    }),
    ...steps,
    ...publishEvents(house.feed, act, [{ scope, subject, reason }]),
  ]);
  return lastSequence(results);
}

const nameForm = /^[\x21-\x7e]{1,128}$/;

function checkSubject(scope: EventScope, subject: string): void {
  if (scope === 'everything') {
    if (subject !== '') throw notOfForm('subject', 'is left out for everything');
    return;
  }
  if (subject === '') throw notOfForm('subject', 'is missing');
  if (scope === 'token' && !isRandomId(subject)) throw notOfForm('subject', 'is the jti of a token');
  if (!nameForm.test(subject)) throw notOfForm('subject', 'takes 1 to 128 characters without spaces');
}

const stepsOf: Readonly<Record<Exclude<EventScope, 'key'>, StepsOfScope>> = {
  token: nothingElse,
  session: endOneSession,
  user: endAllOfUser,
  'user-claims': async (house, { actor, subject }) => {
    await readAccount(house, subject);
    return requireMayActOn(actor, subject);
  },
  client: endAllOfClient,
  tenant: nothingElse,
  everything: nothingElse,
};

async function nothingElse(): Promise<readonly Step[]> {
  return [];
}

async function endOneSession(
  house: House,
  { actor, subject, reason }: Revoke,
  act: BegunAct,
): Promise<readonly Step[]> {
  const [session] = isRandomId(subject) ? await house.store.read(findSession(subject)) : [];
  if (session === undefined) throw new Refusal('not_found', { reason: 'no such session' });
  return [...requireMayActOn(actor, session.userId), endSessionIfOpen(subject, reason, act.atMs)];
}

async function endAllOfUser(
  house: House,
  { actor, subject, reason }: Revoke,
  act: BegunAct,
): Promise<readonly Step[]> {
  await readAccount(house, subject);
  return [
    ...requireMayActOn(actor, subject),
    refusedAs(raiseUserGeneration(subject, act.atMs), 'not_found'),
    endSessionsOfUser(subject, reason, act.atMs),
  ];
}

async function endAllOfClient(
  house: House,
  { actor, subject, reason }: Revoke,
  act: BegunAct,
): Promise<readonly Step[]> {
  const [client] = await house.store.read(findClient(subject));
  if (client === undefined) throw new Refusal('not_found', { reason: 'no such client' });
  return [
    ...(subject === firstPartyClientId ? requireMayGive(actor, [adminRole]) : []),
    refusedAs(raiseClientGeneration(subject), 'not_found'),
    endSessionsOfClient(subject, reason, act.atMs),
  ];
}
