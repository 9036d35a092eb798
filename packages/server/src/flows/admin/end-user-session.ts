import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { isRandomId } from '../../base/random-id.ts';
import { Refusal } from '../../base/refusal.ts';
import { publishEvents } from '../../store/revocations.ts';
import { findSession } from '../../store/session-list.ts';
import { endSession } from '../../store/sessions.ts';
import { beginAct } from '../begin-act.ts';
import { requireMayActOn } from './check-authority.ts';
import { commitAct, refusedAs } from '../commit-act.ts';

/**
 * Ends one session of any user, with its tokens. The audit row names the
 * session that ended.
 *
 * @throws Refusal `not_found` also when it has ended already; `role_not_grantable`
 */
export async function endUserSession(
  house: House,
  { actor, sessionId }: { readonly actor: Actor; readonly sessionId: string },
  source: RequestSource,
): Promise<void> {
  const [session] = isRandomId(sessionId) ? await house.store.read(findSession(sessionId)) : [];
  if (session === undefined) throw new Refusal('not_found', { reason: 'no such session' });
  const { userId } = session;
  const act = beginAct(house, actor, source);
  const reason = 'ended by an administrator';
  await commitAct(house, [
    act.record('session.ended', { subject: userId, sessionId }),
    ...requireMayActOn(actor, userId),
    refusedAs(endSession({ sessionId, userId }, reason, act.atMs), 'not_found'),
    ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason }]),
  ]);
}
