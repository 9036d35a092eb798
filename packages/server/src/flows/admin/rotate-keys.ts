import type { Actor } from '../../base/actor.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { Refusal } from '../../base/refusal.ts';
import { beginAct } from '../begin-act.ts';
import { allRefusedAs, commitAct } from '../commit-act.ts';

export interface PlannedRotation {
  /** The key that signs next. */
  readonly keyId: string;
  readonly signsFromMs: number;
}

/**
 * Plans the change to the next signing key. It was published long enough
 * before it signs, and the current one stays published for as long as its
 * tokens live, so no service refuses a token for it.
 *
 * @throws Refusal `rotation_pending` while one is under way; `not_found` with a shared secret, which has no keys
 */
export async function rotateKeys(
  house: House,
  { actor }: { readonly actor: Actor },
  source: RequestSource,
): Promise<PlannedRotation> {
  await house.keys.reload();
  const plan = house.keys.planRotation();
  if (plan.kind === 'shared-secret')
    throw new Refusal('not_found', { reason: 'tokens are signed with a shared secret' });
  if (plan.kind === 'pending') throw new Refusal('rotation_pending');
  const act = beginAct(house, actor, source);
  await commitAct(house, [
    act.record('key.rotated', { subject: plan.keyId, detail: { signsFromMs: plan.signsFromMs } }),
    // Of two processes that rotate at once, one finds the keys as they were planned with.
    ...allRefusedAs(plan.act, 'rotation_pending'),
  ]);
  await house.keys.reload();
  return { keyId: plan.keyId, signsFromMs: plan.signsFromMs };
}
