import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { liftHalt } from '../../store/feed.ts';
import { declareFeedGap, lastSequence, publishEvents } from '../../store/revocations.ts';
import { endEverySession } from '../../store/session-list.ts';
import { beginAct } from '../begin-act.ts';
import { commitAct } from '../commit-act.ts';

/**
 * Says that this database is older than what was handed out from it: after a
 * restore, a lossy failover or a rollback. What it has forgotten may have been
 * a revocation, so everything ends: every session, every access token by an
 * event, every refresh token by a new MAC key. Guards cross the gap by a
 * snapshot and keep the denials that they had. A halt is lifted.
 *
 * Does NOT bring back what was lost: accounts, passwords, roles and keys are
 * those of the database as it lies there. Does NOT check who asks.
 *
 * @returns the number of the event for everything
 */
export async function declareRestore(
  house: House,
  { actor }: { readonly actor: Actor },
  source: RequestSource,
): Promise<number> {
  const act = beginAct(house, actor, source);
  const reason = 'database restored';
  const results = await commitAct(house, [
    act.record('feed.restore-declared', { subject: 'feed' }),
    declareFeedGap(act.atMs),
    liftHalt(),
    ...house.refreshTokens.planReplacement(),
    endEverySession(reason, act.atMs),
    ...publishEvents(house.feed, act, [{ scope: 'everything', subject: '', reason }]),
  ]);
  await house.refreshTokens.reload();
  await house.feed.reload();
  return lastSequence(results);
}
