import type { Caller, House, RequestSource } from '../base/house.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSession as endSessionRow } from '../store/sessions.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';

/**
 * Signs one of the caller's devices out.
 *
 * @throws Refusal `not_found` when it is not one of the caller's, or has ended
 */
export async function endSession(
  house: House,
  input: { readonly caller: Caller; readonly sessionId: string },
  source: RequestSource,
): Promise<void> {
  const { caller, sessionId } = input;
  const act = beginAct(house, { kind: 'user', caller }, source);
  const reason = 'removed from the list';
  await commitAct(house, [
    act.record('session.ended', { subject: caller.userId, sessionId }),
    refusedAs(endSessionRow({ sessionId, userId: caller.userId }, reason, act.atMs), 'not_found'),
    ...publishEvents(house.feed, act, [{ scope: 'session', subject: sessionId, reason }]),
  ]);
}
