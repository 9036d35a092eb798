import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { recordAct } from '../store/audit.ts';
import { publishEvents } from '../store/revocations.ts';
import { endSession as endSessionRow } from '../store/sessions.ts';

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
  const act = { id: randomId(), atMs: house.now() };
  const outcome = await house.store.commit([
    recordAct({
      ...act,
      action: 'session.ended',
      actor: caller.userId,
      subject: caller.userId,
      sessionId,
      source,
    }),
    endSessionRow({ sessionId, userId: caller.userId }, 'removed from the list', act.atMs),
    ...publishEvents(house.feed, act, [
      { scope: 'session', subject: sessionId, reason: 'removed from the list' },
    ]),
  ]);
  if (outcome.kind === 'refused') throw new Refusal('not_found', { reason: 'no open session of the caller' });
}
