import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { type ChallengeRow, closeChallenges, findChallenge, spendChallenge } from '../store/challenges.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSessionsOfUser } from '../store/sessions.ts';
import { markPasswordCompromised, raiseUserGeneration } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import type { DisownedSignIn } from './tell-of-new-device.ts';

const reason = 'the owner did not know this sign-in';

/**
 * What the link of a `new-device` message is about. Spends nothing: mail
 * programs open links by themselves.
 *
 * @throws Refusal `invalid_link`
 */
export async function readDisownable(house: House, token: string): Promise<DisownedSignIn> {
  const name = { id: idOfSecret(token), purpose: 'not-me', nowMs: house.now() } as const;
  const [challenge] = await house.store.read(findChallenge(name));
  return readDetail(challenge);
}

/**
 * "This was not me": ends every session and token of the account. When the
 * password opened the session, somebody else has it: it opens nothing any more
 * until another one is set, by mail or by an administrator.
 *
 * Whoever may have signed in as somebody else may have opened more than one
 * session; the owner signs in again wherever it is needed.
 *
 * @throws Refusal `invalid_link`
 */
export async function disownSignIn(
  house: House,
  token: string,
  source: RequestSource,
): Promise<{ readonly needsNewPassword: boolean }> {
  const name = { id: idOfSecret(token), purpose: 'not-me', nowMs: house.now() } as const;
  const [challenge] = await house.store.read(findChallenge(name));
  const { sessionId, byPassword } = readDetail(challenge);
  const userId = challenge?.userId ?? '';
  const act = beginAct(house, userId, source);
  await commitAct(house, [
    act.record('log-in.disowned', { subject: userId, sessionId, detail: { byPassword } }),
    refusedAs(spendChallenge(name), 'invalid_link'),
    closeChallenges(userId, [
      'sign-in',
      'not-me',
      'passkey-registration',
      'factor-confirmation',
      'magic-link',
    ]),
    refusedAs(raiseUserGeneration(userId, act.atMs), 'invalid_link'),
    ...(byPassword ? [markPasswordCompromised(userId, act.atMs)] : []),
    endSessionsOfUser(userId, reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'user', subject: userId, reason }]),
  ]);
  return { needsNewPassword: byPassword };
}

function readDetail(challenge: ChallengeRow | undefined): DisownedSignIn {
  if (challenge === undefined) throw new Refusal('invalid_link');
  const detail: DisownedSignIn = JSON.parse(challenge.detail);
  return detail;
}
